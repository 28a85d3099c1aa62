#include "network/plan.h"

#include <stdio.h>

/* Table 2 of the paper: n inverted residuals with expansion factor t and c output channels; the first has stride s. */
static const struct {
    uint32_t t, c, n, s;
} stages[] = {
    {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
};

/* Channel counts are multiples of 8, and at least nine tenths of the multiplied count, as in the paper's code. */
static uint32_t scaled_channels(uint32_t channels, double multiplier) {
    double wanted = channels * multiplier;
    uint32_t rounded = (uint32_t)(wanted + 4.0) / 8 * 8;
    if (rounded < 8)
        rounded = 8;
    return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

size_t plan_noutputs(const convolution *c) {
    size_t side = convolution_output_side(c);
    return side * side * c->nout;
}

slot plan_shortcut(const layer *l) { return l->output == BLOCK_EVEN ? BLOCK_ODD : BLOCK_EVEN; }

static layer *append(plan *p, const char *format, uint32_t feature, uint32_t index, slot input, slot output,
                     convolution shape) {
    layer *l = &p->layers[p->nlayers++];
    *l = (layer){.shape = shape, .index = index, .input = input, .output = output};
    snprintf(l->prefix, sizeof l->prefix, format, (unsigned)feature);
    return l;
}

/* 3x3 windows: "torch" pads one pixel on every side; TensorFlow's "same" with stride 2 pads none above and left. */
static convolution window(uint32_t side, uint32_t nin, uint32_t nout, uint32_t stride, bool depthwise, bool tf_same) {
    return (convolution){.side = side,
                         .nin = nin,
                         .nout = nout,
                         .kernel = 3,
                         .stride = stride,
                         .pad_before = tf_same && stride == 2 ? 0 : 1,
                         .pad_after = 1,
                         .depthwise = depthwise,
                         .relu6 = true};
}

static convolution pointwise(uint32_t side, uint32_t nin, uint32_t nout, bool relu6) {
    return (convolution){.side = side, .nin = nin, .nout = nout, .kernel = 1, .stride = 1, .relu6 = relu6};
}

/* One inverted residual: expand (1x1, ReLU6), filter (3x3 depthwise, ReLU6), project (1x1, linear). */
static void plan_block(plan *p, uint32_t feature, uint32_t side, uint32_t nin, uint32_t nout, uint32_t expansion,
                       uint32_t stride, bool tf_same) {
    slot from = feature % 2 ? BLOCK_EVEN : BLOCK_ODD, to = feature % 2 ? BLOCK_ODD : BLOCK_EVEN, wide = from;
    uint32_t hidden = nin * expansion, position = 0;
    if (expansion != 1) {
        append(p, "features.%u.conv.0.", feature, 0, from, EXPANDED, pointwise(side, nin, hidden, true));
        wide = EXPANDED;
        position = 1;
    }
    layer *filter = append(p, position ? "features.%u.conv.1." : "features.%u.conv.0.", feature, 0, wide, FILTERED,
                           window(side, hidden, hidden, stride, true, tf_same));
    layer *project = append(p, "features.%u.conv.", feature, position + 1, FILTERED, to,
                            pointwise(convolution_output_side(&filter->shape), hidden, nout, false));
    project->shortcut = stride == 1 && nin == nout;
}

plan plan_network(const model *m) {
    plan made = {.input_side = m->input_side, .nclasses = m->nclasses}, *p = &made;
    double multiplier = m->width_multiplier;
    uint32_t channels = scaled_channels(32, multiplier), side = m->input_side / 2, feature = 1;
    append(p, "features.%u.", 0, 0, EXPANDED, BLOCK_EVEN,
           window(m->input_side, m->nchannels, channels, 2, false, m->tf_same));
    for (size_t stage = 0; stage < sizeof stages / sizeof stages[0]; stage++) {
        uint32_t nout = scaled_channels(stages[stage].c, multiplier);
        for (uint32_t repeat = 0; repeat < stages[stage].n; repeat++, feature++) {
            uint32_t stride = repeat == 0 ? stages[stage].s : 1;
            plan_block(p, feature, side, channels, nout, stages[stage].t, stride, m->tf_same);
            side /= stride;
            channels = nout;
        }
    }
    p->nfeatures = scaled_channels(1280, multiplier > 1.0 ? multiplier : 1.0);
    append(p, "features.%u.", feature, 0, feature % 2 ? BLOCK_EVEN : BLOCK_ODD, EXPANDED,
           pointwise(side, channels, p->nfeatures, true));
    p->feature_side = side;
    return made;
}
