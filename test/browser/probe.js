// Runs in the viewer's page, installed before its scripts; reads window.viewer and changes nothing that loads.
(() => {
  // neuroglancer's ChunkState: what is neither of these is still on its way.
  const [ON_GPU, IN_MEMORY, FAILED, EXPIRED] = [0, 1, 6, 7];
  const [STATES, TIERS, FIGURES] = [8, 3, 3];

  /** Chunks of all sources (volume, manifests, fragments) that the present view asks for, by fate. */
  async function chunks(viewer) {
    const count = { loaded: 0, failed: 0, waiting: 0 };
    for (const figures of (await viewer.chunkQueueManager.getStatistics()).values()) {
      for (let state = 0; state < STATES; state++) {
        for (let tier = 0; tier < TIERS; tier++) {
          const number = figures[(state * TIERS + tier) * FIGURES];
          if (state === FAILED) count.failed += number;
          else if (tier === 0 && (state === ON_GPU || state === IN_MEMORY)) count.loaded += number;
          else if (tier === 0 && state !== EXPIRED) count.waiting += number;
        }
      }
    }
    return count;
  }

  /** Ids of a mesh source whose manifest and all fragments are on the GPU. */
  function complete(source, ids) {
    const fragments = source.fragmentSource.chunks;
    return ids.filter((id) => {
      const chunk = source.chunks.get(id);
      if (chunk?.fragmentIds === undefined) {
        // Multi-resolution: which levels are wanted depends on the view; one is enough to be drawn.
        return [...fragments].some(([key, { state }]) => key.startsWith(`${id}/`) && state === ON_GPU);
      }
      const keys = chunk.fragmentIds.map((fragment) => source.getFragmentKey(id, fragment).key);
      return keys.length > 0 && keys.every((key) => fragments.get(key)?.state === ON_GPU);
    });
  }

  function idsOf({ layer: inner }) {
    return [...(inner?.displayState?.segmentationGroupState?.value?.visibleSegments ?? [])].map(String);
  }

  function layer(managed) {
    const inner = managed.layer;
    const sources = inner?.dataSources ?? [];
    const ids = idsOf(managed);
    const meshes = (inner?.renderLayers ?? []).map(({ source }) => source).filter((s) => s?.fragmentSource);
    const whole = new Set(meshes.flatMap((source) => complete(source, ids)));
    return {
      name: managed.name,
      loading: inner === null || sources.some(({ loadState }) => loadState === undefined),
      errors: sources.flatMap(({ loadState }) => (loadState?.error ? [String(loadState.error)] : [])),
      segments: ids.length,
      withMesh: whole.size,
      withoutMesh: ids.filter((id) => !whole.has(id)).slice(0, 5),
    };
  }

  async function look() {
    const { viewer } = window;
    if (viewer?.chunkQueueManager === undefined) return undefined;
    const messages = [...document.querySelectorAll("#neuroglancer-status-container li")];
    return {
      ready: viewer.isReady(),
      chunks: await chunks(viewer),
      layers: viewer.layerManager.managedLayers.map(layer),
      messages: messages.map(({ textContent }) => textContent),
    };
  }

  /** Only data stays coloured: axis lines, the bounding box and the slices in the 3-D panel go. */
  function bare() {
    for (const setting of ["showAxisLines", "showDefaultAnnotations", "showPerspectiveSliceViews"]) {
      window.viewer[setting].value = false;
    }
  }

  /** Share of coloured pixels (saturation over an eighth, not nearly black) of each panel. */
  function panels() {
    const { display } = window.viewer;
    display.draw();
    const copy = document.createElement("canvas");
    const { width, height } = display.canvas;
    Object.assign(copy, { width, height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(display.canvas, 0, 0);
    const frame = display.canvas.getBoundingClientRect();
    const zoom = width / frame.width;
    return [...display.panels].flatMap((panel) => {
      const box = panel.element.getBoundingClientRect();
      if (box.width < 10 || box.height < 10) return [];
      const at = [box.left - frame.left, box.top - frame.top, box.width, box.height];
      const { data } = context.getImageData(...at.map((n) => Math.round(n * zoom)));
      let coloured = 0;
      for (let i = 0; i < data.length; i += 4) {
        const most = Math.max(data[i], data[i + 1], data[i + 2]);
        const least = Math.min(data[i], data[i + 1], data[i + 2]);
        if (most > 40 && (most - least) * 8 > most) coloured++;
      }
      return [{ kind: "sliceView" in panel ? "slice" : "mesh", coloured: coloured / (data.length / 4) }];
    });
  }

  /** Selected segments of each layer by its name. */
  function selected() {
    const layers = window.viewer.layerManager.managedLayers;
    return Object.fromEntries(layers.map((managed) => [managed.name, idsOf(managed)]));
  }

  /** What the first layer with an answer, or the one named, decoded at a position in voxels, as text. */
  function valueAt(position, wanted) {
    for (const { name, layer: inner } of window.viewer.layerManager.managedLayers) {
      if (wanted !== undefined && name !== wanted) continue;
      for (const drawn of inner?.renderLayers ?? []) {
        const value = drawn.getValueAt?.(Float32Array.from(position));
        if (value !== undefined && value !== null) return String(value);
      }
    }
    return undefined;
  }

  globalThis.neuropress = { look, bare, panels, selected, valueAt };
})();
