/* A MobileNetV2 in a safetensors file: its metadata, and its weights in the form that the operators take.
 *
 * Tensors have the names of torchvision's mobilenet_v2 (features.0.0.weight ... classifier.1.weight), so the state_dict
 * of a fine-tuned torchvision model loads without changes. Batch-norm tensors are folded into the convolutions.
 *
 * __metadata__ (all strings):
 *   architecture        "mobilenet_v2"
 *   width_multiplier    0.35 .. 1.4
 *   input_size          96 .. 320 in steps of 32; the input is square
 *   levels              optional; "percentile-1-99": the film's grey range is stretched to 0..1 first
 *                       (image/levels.h); without it, greys stay as the film's file has them
 *   padding             "torch" (one pixel on every side) or "tf_same" (stride 2 pads only the bottom and the right)
 *   mean, std           JSON lists of 1 or 3 numbers for pixels in 0..1: input = (pixel - mean) / std
 *   scale               instead of both: "x/127.5-1" for pixels in 0..255, which is mean 0.5 and std 0.5
 *   batch_norm_epsilon  optional, 1e-5
 *   precision           optional; "f32" (the default) or "int8", integer weights
 *
 * In an int8 file the convolution N (features.0.0, features.1.conv.1, ...) has
 *   N.weight            I8, symmetric, with a scale for each output channel: real weight = N.weight * N.weight_scale.
 *                       The stem has one input channel: the sum of three, which are alike in a grey film
 *   N.weight_scale      F32 [nout]
 *   N.bias              I32 [nout]: real bias = N.bias * input scale * N.weight_scale
 *   N.output_scale      F32 [1], of the activations after N, u8 of 0..127: real value = scale * q after ReLU6, and
 *                       scale * (q - 64) without it. Blocks joined by a shortcut have the same scale.
 * The stem's input is 2 * round(255 * grey) - 255 with an input scale of 1/255, so the normalisation must be
 * "x/127.5-1". The input scale of every other convolution is the output scale of the one before it. convolution8 in
 * ops.h says how they are used. The classifier is F32 or F16.
 * findings.h describes the metadata for a decision: classes, threshold, calibration. */
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
    bool stretches_levels; /* the film's grey range is stretched to 0..1 first: image/levels.h */
    bool int8;             /* the convolutions have eight-bit integer weights */
    float mean[3], std[3];
    uint32_t nchannels; /* of the network's input: 1 if a grey film fills all three alike, else 3 */
    double batch_norm_epsilon;
} model;

/* The caller keeps `file` until model_forget_weights or model_close. BAD_MODEL, UNSUPPORTED_MODEL or NO_MEMORY. */
pneumoscope_status model_open(model *out, const uint8_t *file, size_t nbytes, detail *why);

/* Also safe on a zeroed model and after model_open failed. */
void model_close(model *);

/* Weights of the convolution `prefix``index`. If the file has a batch norm `prefix``index + 1`, it is folded in.
 * weight: f32[nout][nin][kernel][kernel], nin counts the input channels of one group; bias: f32[nout]. */
pneumoscope_status model_convolution(model *, const char *prefix, uint32_t index, uint32_t nout, uint32_t nin,
                                     uint32_t kernel, float *weight, float *bias, detail *why);

/* The same from an int8 model. weight: s8[nout][nin][kernel][kernel], inside the file; bias: s32[nout]; weight_scale:
 * f32[nout]; output_scale: f32[1]. */
pneumoscope_status model_convolution8(model *, const char *prefix, uint32_t index, uint32_t nout, uint32_t nin,
                                      uint32_t kernel, const int8_t **weight, int32_t *bias, float *weight_scale,
                                      float *output_scale, detail *why);

/* weight: f32[nclasses][nfeatures], bias: f32[nclasses]. */
pneumoscope_status model_classifier(model *, uint32_t nfeatures, float *weight, float *bias, detail *why);

/* Copies the tensor of this name and shape to out, and checks that every number is finite. */
pneumoscope_status model_floats(const model *, const char *name, const uint64_t *shape, uint32_t ndimensions,
                                float *out, detail *why);

/* UNSUPPORTED_MODEL if the file holds tensors that nobody asked for: then it is another network. */
pneumoscope_status model_check_all_used(const model *, detail *why);

/* The caller may free the file's bytes after this; the metadata stay. */
void model_forget_weights(model *);

/* The metadata value of `key`, or NULL. */
const char *model_text(const model *, const char *key);

/* The number of `key`, in [least, most]; `fallback` if the key is absent. A NaN fallback makes the key required. */
pneumoscope_status model_number(const model *, const char *key, double least, double most, double fallback, double *out,
                                detail *why);

#endif
