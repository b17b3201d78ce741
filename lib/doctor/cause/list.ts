import type { Advice } from "../cause.ts";

const wholeLayer = "Nothing: without this list the whole layer ends in an error.";

/** What the list of segments and the viewer's state hold. */
export const listCauses = {
  "properties-missing": {
    title: "info names a list of segments that is not there",
    sees: wholeLayer,
    fix: "Upload it (segment_properties/info), or take segment_properties out of info.",
  },
  "properties-unnamed": {
    title: "there is a list of segments, but info does not name it",
    sees: "An empty list of segments: no names, nothing to select from.",
    fix: 'Add "segment_properties": "segment_properties" to info.',
  },
  "properties-form": {
    title: "the list of segments is not of the right form",
    sees: wholeLayer,
    fix: 'It is {"@type": "neuroglancer_segment_properties", "inline": {"ids": ["1", ...], "properties": [...]}}, with as many values in each property as there are ids.',
  },
  "properties-ids": {
    title: "ids in the list of segments are not texts of their own",
    sees: "An error, or ids above 2^53 that are others than in the volume.",
    fix: 'Write each id once, as a text: "720575940621039145", not 720575940621039145.',
  },
  "properties-empty": {
    title: "the list of segments is empty",
    sees: "Nothing to select: in 3-D nothing is shown.",
    fix: "Write the ids of the volume into inline.ids, or take segment_properties out of info.",
  },
  "state-form": {
    title: "the state of the link cannot be read",
    sees: '"Error loading state" and an empty viewer.',
    fix: "Make the link anew.",
    on: { ours: "npm run link -- URL" },
  },
  "state-source": {
    title: "the state shows data that readers cannot reach",
    sees: "An empty viewer: the layer ends in an error.",
    fix: "Write the public https address of the dataset into the layer's source.",
    on: { ours: "npm run link -- URL --save makes state.json for the new address." },
  },
  "state-ids": {
    title: "ids of segments in the state are not texts",
    sees: "Other segments than were meant, above 2^53 none.",
    fix: 'Write ids as texts: "segments": ["720575940621039145"].',
  },
  "state-position": {
    title: "the state opens at a place outside of the volume",
    sees: "A blank view with a yellow frame somewhere.",
    fix: "position is in voxels of the state's dimensions; take one inside, such as voxel_offset + size / 2.",
  },
  "state-units": {
    title: "dimensions of the state are not in metres",
    sees: "A blank view: the volume is smaller than a pixel.",
    fix: 'Write metres per voxel: "dimensions": {"x": [8e-9, "m"], ...}.',
  },
} as const satisfies Record<string, Advice>;
