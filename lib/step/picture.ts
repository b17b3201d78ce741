import { createLabels } from "../format/label.ts";
import { product, shapeOf } from "../format/vec.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../store/store.ts";
import { type Layout, layOut, previewScale } from "../volume/panel.ts";
import { renderPreview } from "../volume/preview.ts";
import { gridOf } from "./grid.ts";
import { readVoxels } from "./voxels.ts";

export type Picture = Pick<Layout, "width" | "height"> & { readonly bytes: Uint8Array };

/**
 * The picture of the dataset: sections through the middle of a scale that is written already, one chunk at a time.
 *
 * @param colors `#rrggbb` of segments by id, instead of the viewer's own colours
 */
export async function drawPicture(
  output: Store,
  plan: Plan,
  colors?: ReadonlyMap<string, string>,
): Promise<Picture> {
  const index = previewScale(plan.info.scales);
  const { grid, scale } = gridOf(plan, index);
  const shown = { ...grid, resolution: scale.resolution };
  const { width, height } = layOut(shown);
  const bytes = await renderPreview({
    scale: shown,
    ...(colors && { colors }),
    async read(box) {
      const labels = new Uint32Array(product(shapeOf(box)));
      const table = createLabels();
      await readVoxels(output, plan, { index, box, labels, table });
      return { labels, lo: table.lo, hi: table.hi };
    },
  });
  return { bytes, width, height };
}
