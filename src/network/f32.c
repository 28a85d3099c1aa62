/* The network in single precision. */
#include "network/parts.h"

#include <stdlib.h>

static size_t slot_nbytes(const network *n, slot s) {
    const plan *p = &n->plan;
    size_t input = (size_t)p->input_side * p->input_side * p->layers[0].shape.nin * sizeof(float),
           most = s == EXPANDED ? input : 0;
    for (size_t i = 0; i < p->nlayers; i++) {
        size_t needed = plan_noutputs(&p->layers[i].shape) * sizeof(float);
        if (p->layers[i].output == s && needed > most)
            most = needed;
    }
    return most;
}

/* Input channels of a layer in the model file: a stem has three, even if its input has one. */
static uint32_t file_nin(size_t index, const convolution *c) { return index == 0 ? 3 : c->depthwise ? 1 : c->nin; }

/* A film's three channels are the same, so the weights of the three can be added to one. */
static void add_channels(const convolution *c, float *weight) {
    size_t area = (size_t)c->kernel * c->kernel;
    for (size_t out = 0; out < c->nout; out++)
        for (size_t k = 0; k < area; k++) {
            const float *w = weight + 3 * out * area + k;
            weight[out * area + k] = w[0] + w[area] + w[2 * area];
        }
}

static pneumoscope_status make_operator(network *n, model *m, size_t index, float *weight, float *bias, detail *why) {
    const layer *l = &n->plan.layers[index];
    const convolution *c = &l->shape;
    pneumoscope_status status =
        model_convolution(m, l->prefix, l->index, c->nout, file_nin(index, c), c->kernel, weight, bias, why);
    if (status)
        return status;
    if (index == 0 && c->nin == 1)
        add_channels(c, weight);
    ops_status made = n->ops->make_convolution(&n->operators[index], n->context, c, weight, bias, n->slots[l->input],
                                               n->slots[l->output]);
    return network_check_operator(n, l, made, why);
}

/* All layers use one buffer for their weights, in turn. The operators keep packed copies. */
static pneumoscope_status make_operators(network *n, model *m, detail *why) {
    size_t nweights = 0, nbiases = 0;
    for (size_t i = 0; i < n->plan.nlayers; i++) {
        const convolution *c = &n->plan.layers[i].shape;
        size_t needed = (size_t)c->nout * file_nin(i, c) * c->kernel * c->kernel;
        nweights = needed > nweights ? needed : nweights;
        nbiases = c->nout > nbiases ? c->nout : nbiases;
    }
    /* NOLINTNEXTLINE(clang-analyzer-optin.portability.UnixAPI): a plan has layers, so this is never 0 bytes */
    float *weight = malloc((nweights + nbiases) * sizeof *weight);
    if (!weight)
        return status_no_memory(why, "the model's weights");
    pneumoscope_status status = PNEUMOSCOPE_OK;
    for (size_t i = 0; i < n->plan.nlayers && !status; i++)
        status = make_operator(n, m, i, weight, weight + nweights, why);
    free(weight);
    return status;
}

/* (x - mean) / std for each channel. A grey film fills all channels alike. */
static void set_input(network *n, const float *grey) {
    size_t npixels = (size_t)n->plan.input_side * n->plan.input_side;
    float *input = n->slots[EXPANDED];
    for (size_t i = 0; i < npixels; i++)
        for (uint32_t channel = 0; channel < n->nchannels; channel++)
            input[n->nchannels * i + channel] = (grey[i] - n->mean[channel]) / n->std[channel];
}

static void run_layer(network *n, size_t index) {
    const layer *l = &n->plan.layers[index];
    n->operators[index]->run(n->operators[index]);
    if (l->shortcut)
        n->ops->add(n->slots[l->output], n->slots[plan_shortcut(l)], plan_noutputs(&l->shape));
}

static void run_head(network *n) {
    const plan *p = &n->plan;
    const float *bias = n->classifier + (size_t)p->nfeatures * p->nclasses;
    n->ops->mean(n->features, (size_t)p->feature_side * p->feature_side, p->nfeatures, n->pooled);
    n->ops->linear(n->pooled, p->nfeatures, p->nclasses, n->classifier, bias, n->logits);
}

const arithmetic arithmetic_f32 = {
    .features = EXPANDED,
    .slot_nbytes = slot_nbytes,
    .make_operators = make_operators,
    .set_input = set_input,
    .run_layer = run_layer,
    .run_head = run_head,
};
