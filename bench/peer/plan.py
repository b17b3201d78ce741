"""The scales that neuroglancer-scripts plans for the volume, which all peers make."""

from neuroglancer_scripts.dyadic_pyramid import fill_scales_for_dyadic_pyramid

from volume import scale


def basic_info(folder):
    """The guide's basic info with the encoding inside the scale: at the top level it is ignored, and chunks come out raw."""
    encoded = {"encoding": "compressed_segmentation", "compressed_segmentation_block_size": [8, 8, 8]}
    return {
        "type": "segmentation",
        "data_type": "uint64",
        "num_channels": 1,
        "mesh": "mesh",
        "scales": [{**scale(folder), **encoded}],
    }


def scales(folder):
    """Of each scale: factor from the one before, chunk, resolution, size, key."""
    planned = fill_scales_for_dyadic_pyramid(basic_info(folder), 128)["scales"]
    found = []
    for i, one in enumerate(planned):
        before = planned[max(0, i - 1)]["resolution"]
        factor = [round(a / b) for a, b in zip(one["resolution"], before)]
        found.append((factor, one["chunk_sizes"][0], one["resolution"], one["size"], one["key"]))
    return found
