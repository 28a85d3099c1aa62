#include "findings/operating_points.h"

#include "model/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool read_name(const json *j, int value, pneumoscope_operating_point *out) {
    const jsmntok_t *token = &j->tokens[value];
    size_t length = (size_t)(token->end - token->start);
    if (token->type != JSMN_STRING || length == 0 || length >= sizeof out->name)
        return false;
    memcpy(out->name, j->text + token->start, length);
    out->name[length] = '\0';
    return strspn(out->name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool read_share(const json *j, int value, float *out) {
    double number;
    if (!json_double(j, value, &number) || number < 0 || number > 1)
        return false;
    *out = (float)number;
    return true;
}

static bool read_band(const json *j, int value, pneumoscope_operating_point *out) {
    return j->tokens[value].type == JSMN_ARRAY && j->tokens[value].size == 2 &&
           read_share(j, value + 1, &out->uncertain_low) && read_share(j, value + 2, &out->uncertain_high);
}

/* Reads one key and its value. Unknown keys are ignored. `right` says what would be right. */
static bool read_field(const json *j, int key, pneumoscope_operating_point *out, const char **right) {
    *right = "a number from 0 to 1";
    if (json_is(j, key, "threshold"))
        return read_share(j, key + 1, &out->threshold);
    if (json_is(j, key, "sensitivity"))
        return read_share(j, key + 1, &out->sensitivity);
    if (json_is(j, key, "specificity"))
        return read_share(j, key + 1, &out->specificity);
    *right = "a list of two numbers from 0 to 1";
    if (json_is(j, key, "uncertain"))
        return read_band(j, key + 1, out);
    *right = "1 to 23 of a-z, 0-9 and -";
    return !json_is(j, key, "name") || read_name(j, key + 1, out);
}

/* `number` counts from 1, for the sentence. */
static pneumoscope_status read_fields(const json *j, int object, size_t number, pneumoscope_operating_point *out,
                                      detail *why) {
    const char *right;
    *out = (pneumoscope_operating_point){"", NAN, NAN, NAN, NAN, NAN};
    for (int key = json_first(j, object); key; key = json_next_key(j, object, key)) {
        const jsmntok_t *name = &j->tokens[key], *value = name + 1;
        int value_nbytes = value->end - value->start;
        if (!read_field(j, key, out, &right))
            return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                               "The model file's operating point %zu gives \"%.*s\" as %.*s; %s would be right.",
                               number, name->end - name->start, j->text + name->start,
                               value_nbytes < 40 ? value_nbytes : 40, j->text + value->start, right);
    }
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_point(const json *j, int object, size_t number, pneumoscope_operating_point *out,
                                     detail *why) {
    if (j->tokens[object].type != JSMN_OBJECT)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's operating point %zu is no JSON object.",
                           number);
    pneumoscope_status status = read_fields(j, object, number, out, why);
    if (status)
        return status;
    if (!out->name[0] || isnan(out->threshold))
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's operating point %zu lacks its \"%s\".", number,
                           out->name[0] ? "threshold" : "name");
    if (isnan(out->uncertain_low))
        out->uncertain_low = out->uncertain_high = out->threshold;
    if (out->threshold < out->uncertain_low || out->threshold > out->uncertain_high)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's operating point \"%s\" has its threshold, %g, outside its uncertain band, "
                           "%g to %g.",
                           out->name, (double)out->threshold, (double)out->uncertain_low, (double)out->uncertain_high);
    return PNEUMOSCOPE_OK;
}

pneumoscope_status operating_points_of_json(operating_points *out, const json *j, int array, detail *why) {
    *out = (operating_points){0};
    const jsmntok_t *list = &j->tokens[array];
    if (list->type != JSMN_ARRAY || list->size < 1 || list->size > MAX_OPERATING_POINTS)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file's operating_points are %.40s; a list of 1 to %d objects would be right.",
                           j->text + list->start, MAX_OPERATING_POINTS);
    for (int object = array + 1; out->n < (size_t)list->size; object = json_skip(j, object), out->n++) {
        pneumoscope_operating_point *point = &out->list[out->n];
        pneumoscope_status status = read_point(j, object, out->n + 1, point, why);
        if (status)
            return status;
        for (size_t i = 0; i < out->n; i++)
            if (strcmp(out->list[i].name, point->name) == 0)
                return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                                   "The model file has two operating points of the name \"%s\".", point->name);
    }
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_threshold_alone(operating_points *out, const model *m, detail *why) {
    double threshold;
    pneumoscope_status status = model_number(m, "threshold", 0, 1, NAN, &threshold, why);
    if (status)
        return status;
    float t = (float)threshold;
    out->list[out->n++] = (pneumoscope_operating_point){"default", t, t, t, NAN, NAN};
    return PNEUMOSCOPE_OK;
}

pneumoscope_status operating_points_read(operating_points *out, const model *m, detail *why) {
    *out = (operating_points){0};
    const char *text = model_text(m, "operating_points");
    if (!text)
        return read_threshold_alone(out, m, why);
    json j;
    switch (json_parse(&j, text, strlen(text))) {
    case JSON_OK: break;
    case JSON_NO_MEMORY: return status_no_memory(why, "the model's operating points");
    default:
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's operating_points are no JSON: %.40s.", text);
    }
    pneumoscope_status status = operating_points_of_json(out, &j, 0, why);
    json_free(&j);
    return status;
}

pneumoscope_status operating_points_choose(const operating_points *points, const char *name, size_t *index,
                                           detail *why) {
    char names[MAX_OPERATING_POINTS * (sizeof points->list[0].name + 1)] = "";
    for (size_t i = 0; i < points->n; i++) {
        if (!name || strcmp(points->list[i].name, name) == 0) {
            *index = i;
            return PNEUMOSCOPE_OK;
        }
        snprintf(names + strlen(names), sizeof names - strlen(names), i ? ", %s" : "%s", points->list[i].name);
    }
    return status_fail(why, PNEUMOSCOPE_BAD_ARGUMENT, "The model has no operating point \"%.40s\"; it has %s.", name,
                       names);
}
