#include "model/model.h"

#include "model/json.h"

#include <math.h>
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
    bool alike =
        m->mean[0] == m->mean[1] && m->mean[0] == m->mean[2] && m->std[0] == m->std[1] && m->std[0] == m->std[2];
    m->nchannels = alike ? 1 : 3;
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
    const char *levels = model_text(m, "levels");
    m->stretches_levels = levels != NULL;
    if (levels && strcmp(levels, "percentile-1-99") != 0)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                           "The model file's levels are \"%.40s\"; \"percentile-1-99\" is read.", levels);
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

static pneumoscope_status read_precision(model *m, detail *why) {
    const tensor *stem = safetensors_find(&m->file, "features.0.0.weight");
    const char *precision = model_text(m, "precision");
    m->int8 = stem && strcmp(stem->dtype, "I8") == 0;
    if (!precision && !m->int8)
        return PNEUMOSCOPE_OK;
    if (!precision || strcmp(precision, m->int8 ? "int8" : "f32") != 0)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's metadata give the precision \"%.40s\" for weights of %s.",
                           precision ? precision : "", m->int8 ? "eight bits" : "floating point");
    for (size_t i = 0; i < 3 && m->int8; i++)
        if (m->mean[i] != 0.5f || m->std[i] != 0.5f)
            return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                               "The model file's weights are of eight bits, for which the scale must be "
                               "\"x/127.5-1\".");
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
    if (!status)
        status = read_precision(out, why);
    return status;
}

void model_close(model *m) {
    safetensors_close(&m->file);
    *m = (model){0};
}

void model_forget_weights(model *m) { safetensors_forget_tensors(&m->file); }

pneumoscope_status model_check_all_used(const model *m, detail *why) {
    for (size_t i = 0; i < m->file.ntensors; i++)
        if (!m->file.tensors[i].used)
            return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_MODEL,
                               "The model file's tensor \"%.80s\" has no place in MobileNetV2.",
                               m->file.tensors[i].name);
    return PNEUMOSCOPE_OK;
}
