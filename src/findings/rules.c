#include "findings/rules.h"

#include "model/json.h"

#include <math.h>
#include <string.h>

static const char *const NAMES[NPATIENTS] = {"", "child", "adult"};

static const double LEAST_SCALE = 1e-3, MOST = 1e3;

static pneumoscope_status read_own(rule *out, const model *m, detail *why) {
    double scale, bias;
    pneumoscope_status status = operating_points_read(&out->points, m, why);
    if (!status)
        status = model_number(m, "calibration_scale", LEAST_SCALE, MOST, 1, &scale, why);
    if (!status)
        status = model_number(m, "calibration_bias", -MOST, MOST, 0, &bias, why);
    if (status)
        return status;
    out->calibration_scale = (float)scale;
    out->calibration_bias = (float)bias;
    out->given = true;
    return PNEUMOSCOPE_OK;
}

/* The token of the value of `name` in an object, or 0. */
static int value_of(const json *j, int object, const char *name) {
    for (int key = json_first(j, object); key; key = json_next_key(j, object, key))
        if (json_is(j, key, name))
            return key + 1;
    return 0;
}

static bool read_number(const json *j, int object, const char *name, double least, double fallback, float *out) {
    double number = fallback;
    int value = value_of(j, object, name);
    if (value && (!json_double(j, value, &number) || number < least || number > MOST))
        return false;
    *out = (float)number;
    return true;
}

static bool same_names(const operating_points *a, const operating_points *b) {
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->list[i].name, b->list[i].name) == 0;
    return same;
}

static pneumoscope_status read_group(rule *out, const rule *own, const char *name, const json *j, int object,
                                     detail *why) {
    detail inner = {0};
    int points = value_of(j, object, "operating_points");
    if (!read_number(j, object, "calibration_scale", LEAST_SCALE, 1, &out->calibration_scale) ||
        !read_number(j, object, "calibration_bias", -MOST, 0, &out->calibration_bias))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's group \"%s\" has a calibration that is no number from %g to %g; the scale "
                           "must be above 0.",
                           name, -MOST, MOST);
    if (!points)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's group \"%s\" lacks its \"operating_points\".",
                           name);
    pneumoscope_status status = operating_points_of_json(&out->points, j, points, &inner);
    if (status)
        return status_fail(why, status, "In the model file's group \"%s\": %s", name, inner.text);
    if (!same_names(&out->points, &own->points))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's group \"%s\" has other operating points than the file itself; the same "
                           "names in the same order would be right.",
                           name);
    out->given = true;
    return PNEUMOSCOPE_OK;
}

/* The group that an object names. 0 if it names none, or one that has already been read. */
static size_t group_of(const rules *out, const json *j, int object) {
    int name = value_of(j, object, "name");
    for (size_t i = 1; name && i < NPATIENTS; i++)
        if (json_is(j, name, NAMES[i]) && !out->of[i].given)
            return i;
    return 0;
}

static pneumoscope_status read_groups(rules *out, const json *j, detail *why) {
    if (j->tokens[0].type != JSMN_ARRAY || j->tokens[0].size < 1 || j->tokens[0].size >= NPATIENTS)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's groups are %.40s; a list of 1 or 2 objects would be right.", j->text);
    for (int object = 1; object < j->ntokens; object = json_skip(j, object)) {
        size_t group = j->tokens[object].type == JSMN_OBJECT ? group_of(out, j, object) : 0;
        if (!group)
            return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                               "The model file's groups must be objects with the names \"child\" and \"adult\", each "
                               "once; one of them is %.40s.",
                               j->text + j->tokens[object].start);
        pneumoscope_status status = read_group(&out->of[group], &out->of[0], NAMES[group], j, object, why);
        if (status)
            return status;
    }
    return PNEUMOSCOPE_OK;
}

pneumoscope_status rules_read(rules *out, const model *m, detail *why) {
    *out = (rules){0};
    pneumoscope_status status = read_own(&out->of[0], m, why);
    const char *text = model_text(m, "groups");
    if (status || !text)
        return status;
    json j;
    switch (json_parse(&j, text, strlen(text))) {
    case JSON_OK: break;
    case JSON_NO_MEMORY: return status_no_memory(why, "the model's groups of patients");
    default: return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's groups are no JSON: %.40s.", text);
    }
    status = read_groups(out, &j, why);
    json_free(&j);
    return status;
}

pneumoscope_patient rules_patient(const rules *r, pneumoscope_patient chosen, float age_years) {
    pneumoscope_patient patient = isnan(age_years) ? chosen : PNEUMOSCOPE_PATIENT_UNKNOWN;
    if (age_years >= 1 && age_years < 6)
        patient = PNEUMOSCOPE_PATIENT_CHILD;
    if (age_years >= 18)
        patient = PNEUMOSCOPE_PATIENT_ADULT;
    return r->of[patient].given ? patient : PNEUMOSCOPE_PATIENT_UNKNOWN;
}
