// The bare import registers every data source, layer type and decoder; the second starts the viewer,
// which reads its state from the page's #! fragment and puts itself on window.viewer.
import "neuroglancer";
import { setupDefaultViewer } from "neuroglancer/unstable/ui/default_viewer_setup.js";

/** Longer addresses are of no use to anyone, and browsers take them badly. */
const longestAddress = 100_000;

// The viewer writes its whole state into the address bar several times a second. With a hundred thousand
// segments that holds the page up for a minute; so the short link by which such a state was opened stays there.
const replaceState = history.replaceState.bind(history);
history.replaceState = (data, unused, url) => {
  if (String(url ?? "").length <= longestAddress) replaceState(data, unused, url);
};

setupDefaultViewer();
