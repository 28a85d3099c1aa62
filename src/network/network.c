#include "network/parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- memory and operators ---- */

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

static bool allocate(network *n) {
    size_t offsets[NSLOTS], total = 0, nfeatures = n->plan.nfeatures, nclasses = n->plan.nclasses;
    for (slot s = 0; s < NSLOTS; s++) {
        offsets[s] = total;
        size_t nbytes = n->int8 ? network_int8_slot_nbytes(n, s) : slot_nbytes(n, s);
        total += (nbytes + OPS_PADDING + OPS_ALIGNMENT - 1) / OPS_ALIGNMENT * OPS_ALIGNMENT;
    }
    n->arena = aligned_alloc(OPS_ALIGNMENT, total);
    n->classifier = malloc(((nfeatures + 2) * nclasses + nfeatures) * sizeof(float));
    if (!n->arena || !n->classifier)
        return false;
    n->logits = n->classifier + (nfeatures + 1) * nclasses;
    n->pooled = n->logits + nclasses;
    for (slot s = 0; s < NSLOTS; s++)
        n->slots[s] = n->arena + offsets[s];
    memset(n->arena, 0, total); /* kernels read past the end of a tensor; what they read there must be a number */
    n->features = n->slots[n->int8 ? DEQUANTISED : EXPANDED];
    return true;
}

pneumoscope_status network_check_operator(const network *n, const layer *l, ops_status status, detail *why) {
    switch (status) {
    case OPS_OK: return PNEUMOSCOPE_OK;
    case OPS_NO_MEMORY: return status_no_memory(why, "the network's packed weights");
    case OPS_UNSUPPORTED: break;
    }
    return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL, "The engine (%s) cannot run the layer %s%u on this machine.",
                       n->ops->name, l->prefix, (unsigned)l->index);
}

/* Input channels of a layer as the model file has them: a stem has three even where its input has one. */
static uint32_t file_nin(size_t index, const convolution *c) { return index == 0 ? 3 : c->depthwise ? 1 : c->nin; }

/* A film's three channels are the same, and so the weights of each may be added up to those of one. */
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

/* One buffer serves the weights of each layer in turn: the operators keep packed copies of their own. */
static pneumoscope_status make_operators(network *n, model *m, detail *why) {
    size_t nweights = 0, nbiases = 0;
    for (size_t i = 0; i < n->plan.nlayers; i++) {
        const convolution *c = &n->plan.layers[i].shape;
        size_t needed = (size_t)c->nout * file_nin(i, c) * c->kernel * c->kernel;
        nweights = needed > nweights ? needed : nweights;
        nbiases = c->nout > nbiases ? c->nout : nbiases;
    }
    float *weight = malloc((nweights + nbiases) * sizeof *weight);
    if (!weight)
        return status_no_memory(why, "the model's weights");
    pneumoscope_status status = PNEUMOSCOPE_OK;
    for (size_t i = 0; i < n->plan.nlayers && !status; i++)
        status = make_operator(n, m, i, weight, weight + nweights, why);
    free(weight);
    return status;
}

static pneumoscope_status fill(network *n, model *m, uint32_t nthreads, detail *why) {
    n->plan = plan_network(m);
    n->int8 = m->int8;
    if (!allocate(n))
        return status_no_memory(why, "the network's activations");
    if (n->ops->open(&n->context, nthreads))
        return status_no_memory(why, "the engine's threads");
    pneumoscope_status status = n->int8 ? network_int8_make_operators(n, m, why) : make_operators(n, m, why);
    if (!status)
        status = model_classifier(m, n->plan.nfeatures, n->classifier,
                                  n->classifier + (size_t)n->plan.nfeatures * n->plan.nclasses, why);
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
    for (size_t i = 0; i < n->plan.nlayers; i++)
        if (n->operators[i])
            n->operators[i]->free(n->operators[i]);
    if (n->context)
        n->ops->close(n->context);
    free(n->arena);
    free(n->classifier);
    free(n);
}

/* ---- running ---- */

void network_run_layer(network *n, size_t index) {
    const layer *l = &n->plan.layers[index];
    if (n->operators[index])
        n->operators[index]->run(n->operators[index]);
    if (l->shortcut && !n->int8)
        n->ops->add(n->slots[l->output], n->slots[plan_shortcut(l)], plan_noutputs(&l->shape));
}

void network_run_head(network *n) {
    const plan *p = &n->plan;
    const float *bias = n->classifier + (size_t)p->nfeatures * p->nclasses;
    if (n->int8) {
        network_int8_run_head(n);
        return;
    }
    n->ops->mean(n->features, (size_t)p->feature_side * p->feature_side, p->nfeatures, n->pooled);
    n->ops->linear(n->pooled, p->nfeatures, p->nclasses, n->classifier, bias, n->logits);
}

void network_run(network *n) {
    for (size_t i = 0; i < n->plan.nlayers; i++)
        network_run_layer(n, i);
    network_run_head(n);
}

float *network_input(network *n) { return n->int8 ? NULL : n->slots[EXPANDED]; }
int16_t *network_frame(network *n) { return n->int8 ? n->slots[EXPANDED] : NULL; }
const float *network_logits(const network *n) { return n->logits; }
const float *network_pooled(const network *n) { return n->pooled; }
const float *network_features(const network *n) { return n->features; }
uint32_t network_feature_side(const network *n) { return n->plan.feature_side; }
uint32_t network_nfeatures(const network *n) { return n->plan.nfeatures; }
uint32_t network_nthreads(const network *n) { return n->ops->nthreads(n->context); }
size_t network_nlayers(const network *n) { return n->plan.nlayers; }
const convolution *network_layer_shape(const network *n, size_t index) { return &n->plan.layers[index].shape; }

const float *network_classifier_row(const network *n, uint32_t class_index) {
    return n->classifier + (size_t)class_index * n->plan.nfeatures;
}

float network_classifier_bias(const network *n, uint32_t class_index) {
    return n->classifier[(size_t)n->plan.nfeatures * n->plan.nclasses + class_index];
}

const void *network_layer_output(const network *n, size_t index) {
    return n->operators[index] ? n->slots[n->plan.layers[index].output] : NULL;
}
