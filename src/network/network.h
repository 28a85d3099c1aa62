/* MobileNetV2: a loop over the table of plan.h, in f32 or in eight bits, as the model says.
 *
 * One arena holds all activations. It is allocated with the network; to run the network allocates nothing. */
#ifndef PNEUMOSCOPE_NETWORK_H
#define PNEUMOSCOPE_NETWORK_H

#include "kernels/ops.h"
#include "model/model.h"

typedef struct network network;

/* Reads every weight of the network and makes its operators on a backend. The model may forget its weights afterwards.
 */
pneumoscope_status network_create(network **out, model *m, const ops *backend, uint32_t nthreads, detail *why);

/* NULL is allowed. */
void network_destroy(network *);

/* grey: f32[input_side][input_side] of 0..1. Call it before every run: a run may overwrite the input. */
void network_set_input(network *, const float *grey);

void network_run(network *);

/* Results of the last run. */
const float *network_logits(const network *); /* f32[nclasses] */

const float *network_pooled(const network *); /* f32[nfeatures], the classifier's input */

/* f32[feature_side][feature_side][nfeatures], the input of the global average pooling. */
const float *network_features(const network *);
uint32_t network_feature_side(const network *);
uint32_t network_nfeatures(const network *);

/* The classifier's weights of one class: f32[nfeatures]; and its bias. */
const float *network_classifier_row(const network *, uint32_t class_index);
float network_classifier_bias(const network *, uint32_t class_index);

uint32_t network_nthreads(const network *);

/* For tests and benchmarks that write the input themselves: f32[input_side][input_side][nchannels of the model],
 * normalised. Of an int8 model: s16[input_side + 2][input_side + 2] of 2 * grey - 255, with a border of zeros. */
void *network_input(network *);

/* For tests that compare backends layer by layer. network_run runs every layer in order, then the head. */
size_t network_nlayers(const network *);
const convolution *network_layer_shape(const network *, size_t layer);
void network_run_layer(network *, size_t layer);
void network_run_head(network *);
/* f32[side][side][nout]; of an int8 model, panels (panels.h), or NULL for a layer that runs as a part of the next one's
 * operator. */
const void *network_layer_output(const network *, size_t layer);

#endif
