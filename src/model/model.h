/* A MobileNetV2 in a safetensors file: what its metadata say, and its weights as the operators want them.
 *
 * Tensors are named as in torchvision's mobilenet_v2 (features.0.0.weight ... classifier.1.weight), so that the
 * state_dict of a fine-tuned torchvision model loads as it is: batch-norm tensors, where present, are folded.
 *
 * __metadata__ (all strings):
 *   architecture        "mobilenet_v2"
 *   width_multiplier    0.35 .. 1.4
 *   input_size          96 .. 320 in steps of 32; the input is square
 *   levels              optional: "percentile-1-99" where the film's grey range becomes 0..1 before anything else
 *                       (image/levels.h); elsewhere greys stay as the film's file has them
 *   padding             "torch" (one pixel on every side) or "tf_same" (stride 2 pads the bottom and the right alone)
 *   mean, std           JSON lists of 1 or 3 numbers for pixels in 0..1: input = (pixel - mean) / std
 *   scale               in their place: "x/127.5-1" for pixels in 0..255, which is mean 0.5 and std 0.5
 *   batch_norm_epsilon  optional, 1e-5
 *   precision           optional, "f32"; "int8" where the weights are integers
 *
 * In an int8 file the convolution N (features.0.0, features.1.conv.1, ...) has
 *   N.weight            I8, symmetric, a scale for each output channel: real weight = N.weight * N.weight_scale; the
 *                       stem's has one input channel, the sum of the three that grey films would fill alike
 *   N.weight_scale      F32 [nout]
 *   N.bias              I32 [nout]: real bias = N.bias * input scale * N.weight_scale
 *   N.output_scale      F32 [1], of the activations behind it, u8 of 0..127: real value = scale * q after ReLU6, and
 *                       scale * (q - 64) without. Blocks joined by a shortcut have the same.
 * The input scale of the stem is 1/255, of its input 2 * round(255 * grey) - 255, so that the normalisation must be
 * "x/127.5-1"; that of every other convolution is the output scale of the one before. What is done with them stands at
 * convolution8 in ops.h. The classifier is F32 or F16.
 * What a reader needs besides (classes, threshold, calibration) is described in findings.h. */
#ifndef PNEUMOSCOPE_MODEL_H
#define PNEUMOSCOPE_MODEL_H

#include "model/safetensors.h"

enum { MODEL_MAX_CLASSES = 1001 };

typedef struct model {
    safetensors file;
    double width_multiplier;
    uint32_t input_side; /* pixels */
    uint32_t nclasses;   /* 1 .. MODEL_MAX_CLASSES */
    bool tf_same;
    bool stretches_levels; /* the film's own grey range becomes 0..1 first: image/levels.h */
    bool int8;             /* the weights of its convolutions are eight-bit integers */
    float mean[3], std[3];
    uint32_t nchannels; /* of the network's input: 1 where the three of a grey film would be the same, otherwise 3 */
    double batch_norm_epsilon;
} model;

/* `file` must stay until model_forget_weights or model_close. BAD_MODEL, UNSUPPORTED_MODEL or NO_MEMORY. */
pneumoscope_status model_open(model *out, const uint8_t *file, size_t nbytes, detail *why);

/* Safe on a zeroed model, and on one that model_open refused. */
void model_close(model *);

/* Weights of the convolution `prefix``index`, with the batch norm `prefix``index + 1` folded where the file has one.
 * weight: f32[nout][nin][kernel][kernel], nin counts input channels of one group; bias: f32[nout]. */
pneumoscope_status model_convolution(model *, const char *prefix, uint32_t index, uint32_t nout, uint32_t nin,
                                     uint32_t kernel, float *weight, float *bias, detail *why);

/* The same of an int8 model. weight: s8[nout][nin][kernel][kernel], in the file; bias: s32[nout]; weight_scale:
 * f32[nout]; output_scale: f32[1]. */
pneumoscope_status model_convolution8(model *, const char *prefix, uint32_t index, uint32_t nout, uint32_t nin,
                                      uint32_t kernel, const int8_t **weight, int32_t *bias, float *weight_scale,
                                      float *output_scale, detail *why);

/* weight: f32[nclasses][nfeatures], bias: f32[nclasses]. */
pneumoscope_status model_classifier(model *, uint32_t nfeatures, float *weight, float *bias, detail *why);

/* Copies the tensor of this name and shape to out, checking that every number is finite. */
pneumoscope_status model_floats(const model *, const char *name, const uint64_t *shape, uint32_t ndimensions,
                                float *out, detail *why);

/* UNSUPPORTED_MODEL where the file holds tensors that nobody asked for: it is another network. */
pneumoscope_status model_check_all_used(const model *, detail *why);

/* The file's bytes may go away after this; the metadata stay. */
void model_forget_weights(model *);

/* Metadata value of `key`, NULL where there is none. */
const char *model_text(const model *, const char *key);

/* Number in [least, most] behind `key`, or `fallback` where there is none; a NaN fallback makes the key required. */
pneumoscope_status model_number(const model *, const char *key, double least, double most, double fallback, double *out,
                                detail *why);

#endif
