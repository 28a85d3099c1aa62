/* MobileNetV2 as a table of convolutions: the shape, the input and the output of each.
 * Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018.
 *
 * An inverted residual takes few channels, works on many and gives few:
 *
 *     block slot   side x side x nin           (BLOCK_EVEN or BLOCK_ODD)
 *       | expand:  1x1 over all channels, to 6 nin, ReLU6      -> EXPANDED; absent in the first block
 *       | filter:  3x3 on each channel by itself (depthwise separable), stride 1 or 2, ReLU6   -> FILTERED
 *       | project: 1x1 over all channels, to nout, no activation (a linear bottleneck: with few channels, ReLU would
 *       |          lose too much)
 *       | + the block's input, if stride is 1 and nin is nout
 *     the other block slot
 *
 * Blocks alternate between the two slots, so a shortcut still finds its input. In f32 each line is an operator. In
 * eight bits expand and filter are one operator, and the wide tensor between them stays in the caches. */
#ifndef PNEUMOSCOPE_PLAN_H
#define PNEUMOSCOPE_PLAN_H

#include "kernels/ops.h"
#include "model/model.h"

/* The stem, three convolutions for each of 17 inverted residuals, the last one. */
enum { PLAN_MAX_LAYERS = 1 + 3 * 17 + 1 };

/* Places for activations. Blocks alternate between the first two. */
typedef enum slot {
    BLOCK_EVEN,
    BLOCK_ODD,
    EXPANDED,
    FILTERED,
    DEQUANTISED, /* the last feature map of the eight-bit network, in f32 */
    NSLOTS
} slot;

typedef struct layer {
    convolution shape;
    char prefix[24]; /* of its tensors' names; `index` follows it */
    uint32_t index;
    slot input, output;
    bool shortcut; /* the block's input, in the other block slot, is added to the output */
} layer;

typedef struct plan {
    layer layers[PLAN_MAX_LAYERS];
    size_t nlayers;
    uint32_t input_side, feature_side, nfeatures, nclasses;
} plan;

/* The network's input is in EXPANDED, and so is the last feature map. */
plan plan_network(const model *);

/* The slot of a block's input, given the block's last layer. */
slot plan_shortcut(const layer *);

size_t plan_noutputs(const convolution *); /* number of output values */

#endif
