#include "network/parts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- memory and operators ---- */

static bool allocate(network *n) {
    size_t offsets[NSLOTS], total = 0, nfeatures = n->plan.nfeatures, nclasses = n->plan.nclasses;
    for (slot s = 0; s < NSLOTS; s++) {
        offsets[s] = total;
        total += (n->arithmetic->slot_nbytes(n, s) + OPS_PADDING + OPS_ALIGNMENT - 1) / OPS_ALIGNMENT * OPS_ALIGNMENT;
    }
    n->arena = aligned_alloc(OPS_ALIGNMENT, total);
    n->classifier = malloc(((nfeatures + 2) * nclasses + nfeatures) * sizeof(float));
    if (!n->arena || !n->classifier)
        return false;
    n->logits = n->classifier + (nfeatures + 1) * nclasses;
    n->pooled = n->logits + nclasses;
    for (slot s = 0; s < NSLOTS; s++)
        n->slots[s] = n->arena + offsets[s];
    memset(n->arena, 0, total); /* kernels read past the end of a tensor, and must find numbers there */
    n->features = n->slots[n->arithmetic->features];
    return true;
}

pneumoscope_status network_check_operator(const network *n, const layer *l, ops_status status, detail *why) {
    switch (status) {
    case OPS_OK: return PNEUMOSCOPE_OK;
    case OPS_NO_MEMORY: return status_no_memory(why, "the network's packed weights");
    case OPS_UNSUPPORTED: break;
    }
    return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                       "The backend \"%s\" cannot run the layer %s%u on this machine.", n->ops->name, l->prefix,
                       (unsigned)l->index);
}

static pneumoscope_status fill(network *n, model *m, uint32_t nthreads, detail *why) {
    n->plan = plan_network(m);
    n->arithmetic = m->int8 ? &arithmetic_int8 : &arithmetic_f32;
    n->nchannels = m->nchannels;
    memcpy(n->mean, m->mean, sizeof n->mean);
    memcpy(n->std, m->std, sizeof n->std);
    if (!allocate(n))
        return status_no_memory(why, "the network's activations");
    if (n->ops->open(&n->context, nthreads))
        return status_no_memory(why, "the engine's threads");
    n->pace.has_choice = nthreads > 1;
    pneumoscope_status status = n->arithmetic->make_operators(n, m, why);
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

void network_set_input(network *n, const float *grey) { n->arithmetic->set_input(n, grey); }
void network_run_layer(network *n, size_t index) { n->arithmetic->run_layer(n, index); }
void network_run_head(network *n) { n->arithmetic->run_head(n); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void network_run(network *n) {
    const bool all_threads = pace_next(&n->pace);
    n->ops->use_threads(n->context, all_threads);
    const double begun = now();
    for (size_t i = 0; i < n->plan.nlayers; i++)
        network_run_layer(n, i);
    network_run_head(n);
    pace_note(&n->pace, all_threads, now() - begun);
}

void *network_input(network *n) { return n->slots[EXPANDED]; }
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
