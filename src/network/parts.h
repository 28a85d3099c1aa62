/* The insides of a network, for network.c, f32.c and int8.c. No other file includes this. */
#ifndef PNEUMOSCOPE_NETWORK_PARTS_H
#define PNEUMOSCOPE_NETWORK_PARTS_H

#include "network/network.h"
#include "network/pace.h"
#include "network/plan.h"

/* The functions of one precision. f32.c and int8.c have one each. */
typedef struct arithmetic {
    slot features; /* holds the last feature map in f32 after the head has run */
    size_t (*slot_nbytes)(const network *, slot);
    pneumoscope_status (*make_operators)(network *, model *, detail *why);
    void (*set_input)(network *, const float *grey);
    void (*run_layer)(network *, size_t layer);
    void (*run_head)(network *);
} arithmetic;

extern const arithmetic arithmetic_f32, arithmetic_int8;

struct network {
    const arithmetic *arithmetic;
    const ops *ops;
    ops_context *context;
    pace pace;
    plan plan;
    uint32_t nchannels; /* of the input: 1 or 3 */
    float mean[3], std[3];
    ops_convolution *operators[PLAN_MAX_LAYERS]; /* NULL: the layer runs as a part of the next one's operator */
    uint8_t *arena;
    void *slots[NSLOTS];
    float *features;     /* f32[places][nfeatures] */
    float feature_scale; /* int8: real feature = feature_scale * eight-bit feature */
    float *classifier;   /* f32[nclasses][nfeatures], then the biases f32[nclasses] */
    float *logits;       /* f32[nclasses] */
    float *pooled;       /* f32[nfeatures] */
};

/* Turns a backend's status into ours, with a sentence. */
pneumoscope_status network_check_operator(const network *, const layer *, ops_status, detail *why);

#endif
