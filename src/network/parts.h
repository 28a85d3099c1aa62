/* What network.c and int8.c share. Nobody else includes this. */
#ifndef PNEUMOSCOPE_NETWORK_PARTS_H
#define PNEUMOSCOPE_NETWORK_PARTS_H

#include "network/network.h"
#include "network/plan.h"

struct network {
    const ops *ops;
    ops_context *context;
    plan plan;
    bool int8;
    ops_convolution *operators[PLAN_MAX_LAYERS]; /* NULL where a layer runs as a part of the next one's operator */
    uint8_t *arena;
    void *slots[NSLOTS];
    float *features;     /* f32[places][nfeatures] */
    float feature_scale; /* int8: what an eight-bit feature is multiplied by */
    float *classifier;   /* f32[nclasses][nfeatures], then the biases f32[nclasses] */
    float *logits;       /* f32[nclasses] */
    float *pooled;       /* f32[nfeatures] */
};

/* A sentence where a backend's maker failed. */
pneumoscope_status network_check_operator(const network *, const layer *, ops_status, detail *why);

size_t network_int8_slot_nbytes(const network *, slot);
pneumoscope_status network_int8_make_operators(network *, model *, detail *why);
void network_int8_run_head(network *);

#endif
