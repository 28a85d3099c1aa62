#include "model.h"

#include "bytes.h"
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *model_text(const model *m, const char *key) { return safetensors_metadata(&m->file, key); }

pneumoscope_status model_number(const model *m, const char *key, double least, double most, double fallback,
                                double *out, detail *why) {
    const char *text = model_text(m, key);
    *out = fallback;
    if (!text && !isnan(fallback))
        return PNEUMOSCOPE_OK;
    if (!text)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's metadata lack \"%s\".", key);
    if (!json_number_text(text, out) || *out < least || *out > most)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's metadata give \"%s\" as \"%.40s\"; a number from %g to %g would be right.",
                           key, text, least, most);
    return PNEUMOSCOPE_OK;
}

/* "[0.5]" or "[0.485, 0.456, 0.406]" -> three numbers. */
static bool parse_triple(const char *text, float out[3]) {
    json j;
    jsmntok_t tokens[4];
    if (json_parse_into(&j, text, strlen(text), tokens, 4) != JSON_OK)
        return false;
    int n = j.tokens[0].type == JSMN_ARRAY ? j.tokens[0].size : 0;
    bool good = (n == 1 || n == 3) && j.ntokens == n + 1;
    for (int i = 0; good && i < 3; i++) {
        double value;
        good = json_double(&j, 1 + i % n, &value) && fabs(value) < 1000.0;
        out[i] = good ? (float)value : 0.0f;
    }
    return good;
}

static pneumoscope_status read_normalisation(model *m, detail *why) {
    const char *scale = model_text(m, "scale"), *mean = model_text(m, "mean"), *std = model_text(m, "std");
    if (scale && !mean && !std) {
        if (strcmp(scale, "x/127.5-1") != 0)
            return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                               "The model file's metadata give the scale \"%.40s\"; \"x/127.5-1\" is read, or mean and "
                               "std.",
                               scale);
        mean = std = "[0.5]";
    }
    if (!mean || !std)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's metadata lack the normalisation: mean and std, or scale.");
    if (!parse_triple(mean, m->mean) || !parse_triple(std, m->std) || m->std[0] <= 0 || m->std[1] <= 0 ||
        m->std[2] <= 0)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's metadata give mean %.40s and std %.40s; lists of 1 or 3 numbers would be "
                           "right, std above 0.",
                           mean, std);
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_geometry(model *m, detail *why) {
    double side;
    pneumoscope_status status = model_number(m, "width_multiplier", 0.35, 1.4, NAN, &m->width_multiplier, why);
    if (!status)
        status = model_number(m, "input_size", 96, 320, NAN, &side, why);
    if (!status)
        status = model_number(m, "batch_norm_epsilon", 0, 1, 1e-5, &m->batch_norm_epsilon, why);
    if (status)
        return status;
    m->input_side = (uint32_t)side;
    if (m->input_side != side || m->input_side % 32)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's input_size is %g; it must be a multiple of 32.", side);
    const char *padding = model_text(m, "padding"), *geometry = model_text(m, "geometry");
    m->tf_same = padding && strcmp(padding, "tf_same") == 0;
    if (!padding || (!m->tf_same && strcmp(padding, "torch") != 0))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's padding is \"%.40s\"; \"torch\" or \"tf_same\" would be right.",
                           padding ? padding : "");
    if (geometry && strcmp(geometry, "stretch") != 0)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                           "The model file's geometry is \"%.40s\"; \"stretch\" is read.", geometry);
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_architecture(model *m, detail *why) {
    const char *architecture = model_text(m, "architecture");
    if (!architecture || strcmp(architecture, "mobilenet_v2") != 0)
        return status_fail(why, architecture ? PNEUMOSCOPE_UNSUPPORTED_MODEL : PNEUMOSCOPE_BAD_MODEL,
                           "The model file's architecture is \"%.40s\"; \"mobilenet_v2\" is read.",
                           architecture ? architecture : "");
    const tensor *classifier = safetensors_find(&m->file, "classifier.1.weight");
    if (!classifier || classifier->ndimensions != 2)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file lacks the tensor \"classifier.1.weight\" of two dimensions.");
    if (classifier->shape[0] < 1 || classifier->shape[0] > MODEL_MAX_CLASSES)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL, "The model file has %llu classes; 1 to %d are read.",
                           (unsigned long long)classifier->shape[0], MODEL_MAX_CLASSES);
    m->nclasses = (uint32_t)classifier->shape[0];
    return PNEUMOSCOPE_OK;
}

pneumoscope_status model_open(model *out, const uint8_t *file, size_t nbytes, detail *why) {
    *out = (model){0};
    pneumoscope_status status = safetensors_open(&out->file, file, nbytes, why);
    if (!status)
        status = read_architecture(out, why);
    if (!status)
        status = read_geometry(out, why);
    if (!status)
        status = read_normalisation(out, why);
    return status;
}

void model_close(model *m) {
    safetensors_close(&m->file);
    *m = (model){0};
}

void model_forget_weights(model *m) { safetensors_forget_tensors(&m->file); }

static float half_to_float(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 0x1f, mantissa = half & 0x3ff;
    if (exponent == 0) { /* zero or subnormal: mantissa * 2^-24 is exact */
        float value = (float)mantissa * 0x1p-24f;
        return sign ? -value : value;
    }
    uint32_t bits = sign | (exponent == 0x1f ? 0xff : exponent + 112) << 23 | mantissa << 13;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float element(const tensor *t, uint64_t index) {
    if (t->dtype[1] == '1')
        return half_to_float((uint16_t)le16(t->data + 2 * index));
    uint32_t bits = le32(t->data + 4 * index);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void print_shape(char text[48], const uint64_t *shape, uint32_t ndimensions) {
    int at = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < ndimensions && at < 40; i++)
        at += snprintf(text + at, 48 - (size_t)at, i ? ", %llu" : "%llu", (unsigned long long)shape[i]);
}

/* Copies a tensor of exactly this shape to out, checking every number. */
static pneumoscope_status read_floats(tensor *t, const uint64_t *shape, uint32_t ndimensions, float *out, detail *why) {
    if (t->ndimensions != ndimensions || memcmp(t->shape, shape, ndimensions * sizeof *shape) != 0) {
        char has[48], wants[48];
        print_shape(has, t->shape, t->ndimensions);
        print_shape(wants, shape, ndimensions);
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's tensor \"%.80s\" has the shape [%s]; [%s] would fit its width multiplier.",
                           t->name, has, wants);
    }
    if (strcmp(t->dtype, "F32") != 0 && strcmp(t->dtype, "F16") != 0)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                           "The model file's tensor \"%.80s\" has the dtype %s; F32 and F16 are read.", t->name,
                           t->dtype);
    t->used = true;
    for (uint64_t i = 0; i < t->nelements; i++) {
        out[i] = element(t, i);
        if (!isfinite(out[i]))
            return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                               "The model file's tensor \"%.80s\" holds a value that is not finite, at index %llu.",
                               t->name, (unsigned long long)i);
    }
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

/* Folds gamma * (x - mean) / sqrt(var + epsilon) + beta into the convolution before it, whose bias is in `bias`. */
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

pneumoscope_status model_classifier(model *m, uint32_t nfeatures, float *weight, float *bias, detail *why) {
    const uint64_t weight_shape[2] = {m->nclasses, nfeatures}, bias_shape[1] = {m->nclasses};
    pneumoscope_status status = read_field(m, "classifier.", 1, "weight", weight_shape, 2, weight, why);
    return status ? status : read_field(m, "classifier.", 1, "bias", bias_shape, 1, bias, why);
}

pneumoscope_status model_check_all_used(const model *m, detail *why) {
    for (size_t i = 0; i < m->file.ntensors; i++)
        if (!m->file.tensors[i].used)
            return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                               "The model file's tensor \"%.80s\" has no place in MobileNetV2.",
                               m->file.tensors[i].name);
    return PNEUMOSCOPE_OK;
}
