#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Table 2 of the paper: n inverted residuals with expansion factor t and c output channels; the first has stride s. */
static const struct {
    uint32_t t, c, n, s;
} stages[] = {
    {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
};

/* The stem, three convolutions for each of 17 inverted residuals, the last one. */
enum { MAX_LAYERS = 1 + 3 * 17 + 1 };

/* Parts of the arena. Blocks alternate between two, so that a shortcut still finds its input. */
typedef enum slot { BLOCK_EVEN, BLOCK_ODD, EXPANDED, FILTERED, NSLOTS } slot;

typedef struct layer {
    convolution shape;
    char prefix[24]; /* of its tensors' names; the number that follows it is `index` */
    uint32_t index;
    slot input, output;
    bool shortcut; /* the block's input, in the other block slot, is added to the output */
    ops_convolution *op;
} layer;

struct network {
    const ops *ops;
    ops_context *context;
    layer layers[MAX_LAYERS];
    size_t nlayers;
    uint32_t input_side, feature_side, nfeatures, nclasses;
    float *arena;
    float *slots[NSLOTS];
    float *classifier; /* f32[nclasses][nfeatures], then the biases f32[nclasses] */
    float *logits;     /* f32[nclasses] */
};

/* Channel counts are multiples of 8 and at least nine tenths of what the multiplier asks for, as in the original. */
static uint32_t scaled_channels(uint32_t channels, double multiplier) {
    double wanted = channels * multiplier;
    uint32_t rounded = (uint32_t)(wanted + 4.0) / 8 * 8;
    if (rounded < 8)
        rounded = 8;
    return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

static size_t output_nfloats(const convolution *c) {
    size_t side = convolution_output_side(c);
    return side * side * c->nout;
}

static size_t weight_nfloats(const convolution *c) {
    return (size_t)c->nout * (c->depthwise ? 1 : c->nin) * c->kernel * c->kernel;
}

/* ---- the plan: which convolutions there are, of what shape, from where to where ---- */

static layer *append(network *n, const char *format, uint32_t feature, uint32_t index, slot input, slot output,
                     convolution shape) {
    layer *l = &n->layers[n->nlayers++];
    *l = (layer){.shape = shape, .index = index, .input = input, .output = output};
    snprintf(l->prefix, sizeof l->prefix, format, (unsigned)feature);
    return l;
}

/* 3x3 windows: "torch" pads one pixel on every side, TensorFlow's "same" none above and left of stride 2. */
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
static void plan_block(network *n, uint32_t feature, uint32_t side, uint32_t nin, uint32_t nout, uint32_t expansion,
                       uint32_t stride, bool tf_same) {
    slot from = feature % 2 ? BLOCK_EVEN : BLOCK_ODD, to = feature % 2 ? BLOCK_ODD : BLOCK_EVEN, wide = from;
    uint32_t hidden = nin * expansion, position = 0;
    if (expansion != 1) {
        append(n, "features.%u.conv.0.", feature, 0, from, EXPANDED, pointwise(side, nin, hidden, true));
        wide = EXPANDED;
        position = 1;
    }
    layer *filter = append(n, position ? "features.%u.conv.1." : "features.%u.conv.0.", feature, 0, wide, FILTERED,
                           window(side, hidden, hidden, stride, true, tf_same));
    layer *project = append(n, "features.%u.conv.", feature, position + 1, FILTERED, to,
                            pointwise(convolution_output_side(&filter->shape), hidden, nout, false));
    project->shortcut = stride == 1 && nin == nout;
}

static void plan(network *n, const model *m) {
    double multiplier = m->width_multiplier;
    uint32_t channels = scaled_channels(32, multiplier), side = m->input_side / 2, feature = 1;
    append(n, "features.%u.", 0, 0, EXPANDED, BLOCK_EVEN, window(m->input_side, 3, channels, 2, false, m->tf_same));
    for (size_t stage = 0; stage < sizeof stages / sizeof stages[0]; stage++) {
        uint32_t nout = scaled_channels(stages[stage].c, multiplier);
        for (uint32_t repeat = 0; repeat < stages[stage].n; repeat++, feature++) {
            uint32_t stride = repeat == 0 ? stages[stage].s : 1;
            plan_block(n, feature, side, channels, nout, stages[stage].t, stride, m->tf_same);
            side /= stride;
            channels = nout;
        }
    }
    n->nfeatures = scaled_channels(1280, multiplier > 1.0 ? multiplier : 1.0);
    append(n, "features.%u.", feature, 0, feature % 2 ? BLOCK_EVEN : BLOCK_ODD, EXPANDED,
           pointwise(side, channels, n->nfeatures, true));
    n->feature_side = side;
    n->input_side = m->input_side;
    n->nclasses = m->nclasses;
}

/* ---- memory and operators ---- */

static bool allocate(network *n) {
    size_t nfloats[NSLOTS] = {[EXPANDED] = (size_t)n->input_side * n->input_side * 3, [FILTERED] = n->nfeatures};
    for (size_t i = 0; i < n->nlayers; i++) {
        size_t needed = output_nfloats(&n->layers[i].shape);
        if (needed > nfloats[n->layers[i].output])
            nfloats[n->layers[i].output] = needed;
    }
    size_t offsets[NSLOTS], total = 0;
    for (size_t i = 0; i < NSLOTS; i++) {
        offsets[i] = total;
        total += (nfloats[i] * sizeof(float) + OPS_PADDING + OPS_ALIGNMENT - 1) / OPS_ALIGNMENT * OPS_ALIGNMENT;
    }
    n->arena = aligned_alloc(OPS_ALIGNMENT, total);
    n->classifier = malloc(((size_t)n->nfeatures + 2) * n->nclasses * sizeof(float));
    if (!n->arena || !n->classifier)
        return false;
    n->logits = n->classifier + ((size_t)n->nfeatures + 1) * n->nclasses;
    for (size_t i = 0; i < NSLOTS; i++)
        n->slots[i] = n->arena + offsets[i] / sizeof(float);
    memset(n->arena, 0, total); /* kernels read past the end of a tensor; what they read there must be a number */
    return true;
}

static pneumoscope_status make_operator(network *n, model *m, layer *l, float *weight, float *bias, detail *why) {
    const convolution *c = &l->shape;
    pneumoscope_status status =
        model_convolution(m, l->prefix, l->index, c->nout, c->depthwise ? 1 : c->nin, c->kernel, weight, bias, why);
    if (status)
        return status;
    switch (n->ops->make_convolution(&l->op, n->context, c, weight, bias, n->slots[l->input], n->slots[l->output])) {
    case OPS_OK: return PNEUMOSCOPE_OK;
    case OPS_NO_MEMORY: return status_no_memory(why, "the network's packed weights");
    case OPS_UNSUPPORTED: break;
    }
    return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL, "The engine (%s) cannot run the layer %s%u on this machine.",
                       n->ops->name, l->prefix, (unsigned)l->index);
}

/* One buffer serves the weights of each layer in turn: the operators keep packed copies of their own. */
static pneumoscope_status make_operators(network *n, model *m, detail *why) {
    size_t most = 0;
    for (size_t i = 0; i < n->nlayers; i++) {
        size_t needed = weight_nfloats(&n->layers[i].shape) + n->layers[i].shape.nout;
        most = needed > most ? needed : most;
    }
    float *weight = malloc(most * sizeof *weight);
    if (!weight)
        return status_no_memory(why, "the model's weights");
    pneumoscope_status status = PNEUMOSCOPE_OK;
    for (size_t i = 0; i < n->nlayers && !status; i++)
        status = make_operator(n, m, &n->layers[i], weight, weight + weight_nfloats(&n->layers[i].shape), why);
    free(weight);
    return status;
}

static pneumoscope_status fill(network *n, model *m, uint32_t nthreads, detail *why) {
    plan(n, m);
    if (!allocate(n))
        return status_no_memory(why, "the network's activations");
    switch (n->ops->open(&n->context, nthreads)) {
    case OPS_OK: break;
    case OPS_NO_MEMORY: return status_no_memory(why, "the engine's threads");
    case OPS_UNSUPPORTED:
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL, "The engine (%s) does not run on this machine.",
                           n->ops->name);
    }
    pneumoscope_status status = make_operators(n, m, why);
    if (!status)
        status =
            model_classifier(m, n->nfeatures, n->classifier, n->classifier + (size_t)n->nfeatures * n->nclasses, why);
    return status;
}

pneumoscope_status network_create(network **out, model *m, const ops *backend, uint32_t nthreads, detail *why) {
    *out = NULL;
    network *n = calloc(1, sizeof *n);
    if (!n)
        return status_no_memory(why, "the network");
    n->ops = backend;
    pneumoscope_status status = fill(n, m, nthreads, why);
    if (status)
        network_destroy(n);
    else
        *out = n;
    return status;
}

void network_destroy(network *n) {
    if (!n)
        return;
    for (size_t i = 0; i < n->nlayers; i++)
        if (n->layers[i].op)
            n->layers[i].op->free(n->layers[i].op);
    if (n->context)
        n->ops->close(n->context);
    free(n->arena);
    free(n->classifier);
    free(n);
}

/* ---- running ---- */

void network_run_layer(network *n, size_t index) {
    const layer *l = &n->layers[index];
    l->op->run(l->op);
    if (l->shortcut)
        n->ops->add(n->slots[l->output], n->slots[l->output == BLOCK_EVEN ? BLOCK_ODD : BLOCK_EVEN],
                    output_nfloats(&l->shape));
}

void network_run_head(network *n) {
    float *pooled = n->slots[FILTERED];
    n->ops->mean(n->slots[EXPANDED], (size_t)n->feature_side * n->feature_side, n->nfeatures, pooled);
    n->ops->linear(pooled, n->nfeatures, n->nclasses, n->classifier, n->classifier + (size_t)n->nfeatures * n->nclasses,
                   n->logits);
}

void network_run(network *n) {
    for (size_t i = 0; i < n->nlayers; i++)
        network_run_layer(n, i);
    network_run_head(n);
}

float *network_input(network *n) { return n->slots[EXPANDED]; }
const float *network_logits(const network *n) { return n->logits; }
const float *network_pooled(const network *n) { return n->slots[FILTERED]; }
const float *network_features(const network *n) { return n->slots[EXPANDED]; }
uint32_t network_feature_side(const network *n) { return n->feature_side; }
uint32_t network_nfeatures(const network *n) { return n->nfeatures; }
uint32_t network_nthreads(const network *n) { return n->ops->nthreads(n->context); }
size_t network_nlayers(const network *n) { return n->nlayers; }
const convolution *network_layer_shape(const network *n, size_t index) { return &n->layers[index].shape; }

const float *network_classifier_row(const network *n, uint32_t class_index) {
    return n->classifier + (size_t)class_index * n->nfeatures;
}

float network_classifier_bias(const network *n, uint32_t class_index) {
    return n->classifier[(size_t)n->nfeatures * n->nclasses + class_index];
}

const float *network_layer_output(const network *n, size_t index, size_t *nfloats) {
    *nfloats = output_nfloats(&n->layers[index].shape);
    return n->slots[n->layers[index].output];
}
