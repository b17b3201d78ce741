// The bare import registers every data source, layer type and decoder; the second starts the viewer,
// which reads its state from the page's #! fragment and puts itself on window.viewer.
import "neuroglancer";
import { setupDefaultViewer } from "neuroglancer/unstable/ui/default_viewer_setup.js";

setupDefaultViewer();
