/* Reads the tensors of a model file, and checks each against the shape that the network expects. */
#include "model/model.h"

#include "bytes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Compilers vectorise these loops, because they have no branches. They read two million weights before the first film.
 * Both return whether all numbers are finite.
 *
 * The product takes the exponent from a half's bias to a float's, and is exact for subnormals too. */
static bool read_halves(const uint8_t *data, uint64_t n, float *out) {
    uint32_t most = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint32_t half = le16(data + 2 * i), magnitude = half & 0x7fff;
        most = most > magnitude ? most : magnitude;
        out[i] = from_bits((half & 0x8000) << 16 | magnitude << 13) * 0x1p112f;
    }
    return most < 0x7c00;
}

static bool read_singles(const uint8_t *data, uint64_t n, float *out) {
    uint32_t most = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint32_t bits = le32(data + 4 * i), magnitude = bits & 0x7fffffff;
        most = most > magnitude ? most : magnitude;
        out[i] = from_bits(bits);
    }
    return most < 0x7f800000;
}

static void print_shape(char text[48], const uint64_t *shape, uint32_t ndimensions) {
    int at = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < ndimensions && at < 40; i++)
        at += snprintf(text + at, 48 - (size_t)at, i ? ", %llu" : "%llu", (unsigned long long)shape[i]);
}

static pneumoscope_status check_shape(const tensor *t, const uint64_t *shape, uint32_t ndimensions, detail *why) {
    if (t->ndimensions == ndimensions && memcmp(t->shape, shape, ndimensions * sizeof *shape) == 0)
        return PNEUMOSCOPE_OK;
    char has[48], wants[48];
    print_shape(has, t->shape, t->ndimensions);
    print_shape(wants, shape, ndimensions);
    return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                       "The model file's tensor \"%.80s\" has the shape [%s]; [%s] would fit its width multiplier.",
                       t->name, has, wants);
}

/* Copies a tensor of exactly this shape to out and checks every number. */
static pneumoscope_status read_floats(tensor *t, const uint64_t *shape, uint32_t ndimensions, float *out, detail *why) {
    pneumoscope_status status = check_shape(t, shape, ndimensions, why);
    if (status)
        return status;
    if (strcmp(t->dtype, "F32") != 0 && strcmp(t->dtype, "F16") != 0)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                           "The model file's tensor \"%.80s\" has the dtype %s; F32 and F16 are read.", t->name,
                           t->dtype);
    t->used = true;
    if (!(t->dtype[1] == '1' ? read_halves : read_singles)(t->data, t->nelements, out))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's tensor \"%.80s\" holds a value that is not finite.", t->name);
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status missing(detail *why, const char *name) {
    return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file lacks the tensor \"%.80s\".", name);
}

pneumoscope_status model_floats(const model *m, const char *name, const uint64_t *shape, uint32_t ndimensions,
                                float *out, detail *why) {
    tensor *t = safetensors_find(&m->file, name);
    return t ? read_floats(t, shape, ndimensions, out, why) : missing(why, name);
}

/* The tensor `field` of the module `prefix``index`. A name too long to fit becomes one that no file has. */
static tensor *find_field(const model *m, const char *prefix, uint32_t index, const char *field, char name[96]) {
    if (snprintf(name, 96, "%s%u.%s", prefix, index, field) >= 96)
        name[0] = '\0';
    return safetensors_find(&m->file, name);
}

static pneumoscope_status read_field(const model *m, const char *prefix, uint32_t index, const char *field,
                                     const uint64_t *shape, uint32_t ndimensions, float *out, detail *why) {
    char name[96];
    tensor *t = find_field(m, prefix, index, field, name);
    return t ? read_floats(t, shape, ndimensions, out, why) : missing(why, name);
}

enum { GAMMA, BETA, RUNNING_MEAN, RUNNING_VAR, NBATCH_NORM };

/* Folds gamma * (x - mean) / sqrt(var + epsilon) + beta into the convolution before it. `bias` is that convolution's.
 */
static pneumoscope_status fold_batch_norm(const model *m, const char *prefix, uint32_t index, uint32_t nout,
                                          size_t nweights, float *weight, float *bias, detail *why) {
    static const char *const fields[NBATCH_NORM] = {"weight", "bias", "running_mean", "running_var"};
    const uint64_t shape[1] = {nout};
    float *statistics = malloc((size_t)NBATCH_NORM * nout * sizeof *statistics);
    if (!statistics)
        return status_no_memory(why, "the model's weights");
    pneumoscope_status status = PNEUMOSCOPE_OK;
    for (size_t i = 0; i < NBATCH_NORM && !status; i++)
        status = read_field(m, prefix, index, fields[i], shape, 1, statistics + i * nout, why);
    for (uint32_t channel = 0; channel < nout && !status; channel++) {
        double variance = (double)statistics[RUNNING_VAR * nout + channel] + m->batch_norm_epsilon;
        if (variance <= 0)
            status = status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                                 "The model file's batch norm \"%s%u\" has a variance below 0 in channel %u.", prefix,
                                 index, channel);
        double scale = (double)statistics[GAMMA * nout + channel] / sqrt(variance);
        double mean = (double)statistics[RUNNING_MEAN * nout + channel];
        bias[channel] = (float)((double)statistics[BETA * nout + channel] + ((double)bias[channel] - mean) * scale);
        for (size_t i = 0; i < nweights; i++)
            weight[channel * nweights + i] = (float)((double)weight[channel * nweights + i] * scale);
    }
    free(statistics);
    return status;
}

pneumoscope_status model_convolution(model *m, const char *prefix, uint32_t index, uint32_t nout, uint32_t nin,
                                     uint32_t kernel, float *weight, float *bias, detail *why) {
    char name[96];
    const uint64_t weight_shape[4] = {nout, nin, kernel, kernel}, bias_shape[1] = {nout};
    pneumoscope_status status = read_field(m, prefix, index, "weight", weight_shape, 4, weight, why);
    if (status)
        return status;
    tensor *counter = find_field(m, prefix, index + 1, "num_batches_tracked", name);
    if (counter)
        counter->used = true; /* it counted training steps; nothing here depends on it */
    bool normalised = find_field(m, prefix, index + 1, "running_mean", name) != NULL;
    tensor *own_bias = find_field(m, prefix, index, "bias", name);
    if (!own_bias && !normalised)
        return missing(why, name);
    memset(bias, 0, nout * sizeof *bias);
    if (own_bias)
        status = read_floats(own_bias, bias_shape, 1, bias, why);
    if (!status && normalised)
        status = fold_batch_norm(m, prefix, index + 1, nout, (size_t)nin * kernel * kernel, weight, bias, why);
    return status;
}

/* Finds the bytes of an integer tensor of exactly this shape. */
static pneumoscope_status find_integers(model *m, const char *prefix, uint32_t index, const char *field,
                                        const char *dtype, const uint64_t *shape, uint32_t ndimensions,
                                        const uint8_t **out, detail *why) {
    char name[96];
    tensor *t = find_field(m, prefix, index, field, name);
    if (!t)
        return missing(why, name);
    if (strcmp(t->dtype, dtype) != 0)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                           "The model file's tensor \"%.80s\" has the dtype %s; an int8 model's is %s.", name, t->dtype,
                           dtype);
    t->used = true;
    *out = t->data;
    return check_shape(t, shape, ndimensions, why);
}

static pneumoscope_status read_scales(model *m, const char *prefix, uint32_t index, const char *field, uint32_t n,
                                      float *out, detail *why) {
    const uint64_t shape[1] = {n};
    pneumoscope_status status = read_field(m, prefix, index, field, shape, 1, out, why);
    for (uint32_t i = 0; i < n && !status; i++)
        if (out[i] <= 0)
            status = status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                                 "The model file's tensor \"%s%u.%s\" holds %g; a scale is above 0.", prefix,
                                 (unsigned)index, field, (double)out[i]);
    return status;
}

pneumoscope_status model_convolution8(model *m, const char *prefix, uint32_t index, uint32_t nout, uint32_t nin,
                                      uint32_t kernel, const int8_t **weight, int32_t *bias, float *weight_scale,
                                      float *output_scale, detail *why) {
    const uint64_t weight_shape[4] = {nout, nin, kernel, kernel}, bias_shape[1] = {nout};
    const uint8_t *weight_bytes, *bias_bytes;
    pneumoscope_status status = find_integers(m, prefix, index, "weight", "I8", weight_shape, 4, &weight_bytes, why);
    if (!status)
        status = find_integers(m, prefix, index, "bias", "I32", bias_shape, 1, &bias_bytes, why);
    if (!status)
        status = read_scales(m, prefix, index, "weight_scale", nout, weight_scale, why);
    if (!status)
        status = read_scales(m, prefix, index, "output_scale", 1, output_scale, why);
    if (status)
        return status;
    *weight = (const int8_t *)weight_bytes;
    for (uint32_t i = 0; i < nout; i++)
        bias[i] = (int32_t)le32(bias_bytes + 4 * (size_t)i);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status model_classifier(model *m, uint32_t nfeatures, float *weight, float *bias, detail *why) {
    const uint64_t weight_shape[2] = {m->nclasses, nfeatures}, bias_shape[1] = {m->nclasses};
    pneumoscope_status status = read_field(m, "classifier.", 1, "weight", weight_shape, 2, weight, why);
    return status ? status : read_field(m, "classifier.", 1, "bias", bias_shape, 1, bias, why);
}
