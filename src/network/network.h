/* MobileNetV2 as a loop over the table of plan.h, in f32 or in eight bits as the model says.
 *
 * All activations live in one arena whose size is known once the model is; running allocates nothing. */
#ifndef PNEUMOSCOPE_NETWORK_H
#define PNEUMOSCOPE_NETWORK_H

#include "kernels/ops.h"
#include "model/model.h"

typedef struct network network;

/* Reads every weight of the network and makes its operators. The model may forget its weights afterwards. */
pneumoscope_status network_create(network **out, model *m, const ops *backend, uint32_t nthreads, detail *why);

/* NULL is allowed. */
void network_destroy(network *);

/* Grey f32[input_side][input_side] of 0..1, before every run, which may overwrite what becomes of it. */
void network_set_input(network *, const float *grey);

void network_run(network *);

/* Results of the last run. */
const float *network_logits(const network *); /* f32[nclasses] */

const float *network_pooled(const network *); /* f32[nfeatures], what the classifier is applied to */

/* f32[feature_side][feature_side][nfeatures], what the global average pooling is taken of. */
const float *network_features(const network *);
uint32_t network_feature_side(const network *);
uint32_t network_nfeatures(const network *);

/* The classifier's weights of one class: f32[nfeatures]; and its bias. */
const float *network_classifier_row(const network *, uint32_t class_index);
float network_classifier_bias(const network *, uint32_t class_index);

uint32_t network_nthreads(const network *);

/* For tests and benchmarks that set the input themselves: f32[input_side][input_side][nchannels of the model],
 * normalised; or, where the model is int8, s16[input_side + 2][input_side + 2] of 2 * grey - 255 within a border of
 * zeros. */
void *network_input(network *);

/* For tests that compare backends layer by layer: running every layer in order and then the head is network_run. */
size_t network_nlayers(const network *);
const convolution *network_layer_shape(const network *, size_t layer);
void network_run_layer(network *, size_t layer);
void network_run_head(network *);
/* f32[side][side][nout], or panels where the model is int8 (panels.h): there NULL for layers that run as a part of
 * the next one's operator. */
const void *network_layer_output(const network *, size_t layer);

#endif
