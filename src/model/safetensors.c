#include "model/safetensors.h"

#include "bytes.h"
#include "model/json.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER_NBYTES = 4 << 20 }; /* MobileNetV2's header is about 15 KB; scope statistics may add hundreds */

static const struct dtype {
    const char *name;
    uint32_t nbits;
} dtypes[] = {{"F64", 64}, {"F32", 32}, {"F16", 16}, {"BF16", 16}, {"I64", 64}, {"I32", 32}, {"I16", 16},
              {"I8", 8},   {"U64", 64}, {"U32", 32}, {"U16", 16},  {"U8", 8},   {"BOOL", 8}};

static pneumoscope_status bad(detail *why, const tensor *t, const char *what) {
    return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's tensor \"%.80s\" %s.", t->name, what);
}

static uint32_t dtype_nbytes(const char *name) {
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        if (strcmp(dtypes[i].name, name) == 0)
            return dtypes[i].nbits / 8;
    return 0;
}

static pneumoscope_status read_dtype(tensor *t, const json *j, int value, detail *why) {
    const jsmntok_t *token = &j->tokens[value];
    size_t length = (size_t)(token->end - token->start);
    if (token->type == JSMN_STRING && length < sizeof t->dtype)
        memcpy(t->dtype, j->text + token->start, length);
    if (!dtype_nbytes(t->dtype))
        return bad(why, t, "has a dtype that safetensors does not know; F32 and F16 are read");
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_shape(tensor *t, const json *j, int value, detail *why) {
    int ndimensions = j->tokens[value].size;
    if (j->tokens[value].type != JSMN_ARRAY || ndimensions > TENSOR_MAX_DIMENSIONS)
        return bad(why, t, "has a shape that is no list of at most 8 numbers");
    t->nelements = 1;
    for (int i = 0; i < ndimensions; i++) {
        uint64_t size;
        if (!json_uint64(j, value + 1 + i, &size))
            return bad(why, t, "has a shape with something else than whole numbers");
        if (size && t->nelements > UINT64_MAX / 8 / size)
            return bad(why, t, "has a shape that overflows 64 bits");
        t->shape[t->ndimensions++] = size;
        t->nelements *= size;
    }
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_offsets(tensor *t, const json *j, int value, const uint8_t *data, uint64_t data_nbytes,
                                       detail *why) {
    uint64_t begin, end;
    if (j->tokens[value].type != JSMN_ARRAY || j->tokens[value].size != 2 || !json_uint64(j, value + 1, &begin) ||
        !json_uint64(j, value + 2, &end))
        return bad(why, t, "has data_offsets that are not two whole numbers");
    if (begin > end || end > data_nbytes)
        return bad(why, t, "has data_offsets outside the file: it is cut short or damaged");
    t->data = data + begin;
    t->nbytes = end - begin;
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_tensor(tensor *t, const json *j, int object, const uint8_t *data, uint64_t data_nbytes,
                                      detail *why) {
    if (j->tokens[object].type != JSMN_OBJECT)
        return bad(why, t, "is not described by a JSON object");
    bool seen[3] = {false};
    for (int key = json_first(j, object); key; key = json_next_key(j, object, key)) {
        int field = json_is(j, key, "dtype")          ? 0
                    : json_is(j, key, "shape")        ? 1
                    : json_is(j, key, "data_offsets") ? 2
                                                      : -1;
        if (field < 0 || seen[field])
            return bad(why, t, "has a field that is unknown or stands twice");
        seen[field] = true;
        pneumoscope_status status = field == 0   ? read_dtype(t, j, key + 1, why)
                                    : field == 1 ? read_shape(t, j, key + 1, why)
                                                 : read_offsets(t, j, key + 1, data, data_nbytes, why);
        if (status)
            return status;
    }
    if (!seen[0] || !seen[1] || !seen[2])
        return bad(why, t, "lacks its dtype, its shape or its data_offsets");
    if (t->nelements * dtype_nbytes(t->dtype) != t->nbytes)
        return bad(why, t, "has data_offsets that do not fit its shape and dtype");
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_metadata(safetensors *s, const json *j, int object, char **text, detail *why) {
    if (j->tokens[object].type != JSMN_OBJECT)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's __metadata__ is no JSON object.");
    for (int key = json_first(j, object); key; key = json_next_key(j, object, key)) {
        metadata_entry *entry = &s->metadata[s->nmetadata];
        long key_length = json_string(j, key, *text);
        entry->key = *text;
        *text += key_length + 1;
        long value_length = key_length < 0 ? -1 : json_string(j, key + 1, *text);
        if (value_length < 0)
            return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                               "The model file's __metadata__ holds something else than strings.");
        entry->value = *text;
        *text += value_length + 1;
        if (safetensors_metadata(s, entry->key))
            return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's __metadata__ has \"%.80s\" twice.",
                               entry->key);
        s->nmetadata++;
    }
    return PNEUMOSCOPE_OK;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const tensor *)a)->name, ((const tensor *)b)->name);
}

static int by_data(const void *a, const void *b) {
    const tensor *x = a, *y = b;
    if (x->data != y->data)
        return x->data < y->data ? -1 : 1;
    return (x->nbytes > y->nbytes) - (x->nbytes < y->nbytes); /* empty ones before the one that starts there */
}

static pneumoscope_status check_layout(safetensors *s, const uint8_t *data, uint64_t data_nbytes, detail *why) {
    qsort(s->tensors, s->ntensors, sizeof *s->tensors, by_data);
    uint64_t expected = 0;
    for (size_t i = 0; i < s->ntensors; i++) {
        uint64_t begin = (uint64_t)(s->tensors[i].data - data);
        if (begin != expected)
            return bad(why, &s->tensors[i],
                       begin < expected ? "overlaps another one" : "leaves a hole before its data");
        expected += s->tensors[i].nbytes;
    }
    if (expected != data_nbytes)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file has %llu bytes of tensors where its header describes %llu.",
                           (unsigned long long)data_nbytes, (unsigned long long)expected);
    qsort(s->tensors, s->ntensors, sizeof *s->tensors, by_name);
    for (size_t i = 1; i < s->ntensors; i++)
        if (strcmp(s->tensors[i - 1].name, s->tensors[i].name) == 0)
            return bad(why, &s->tensors[i], "stands twice");
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status read_header(safetensors *s, const json *j, const uint8_t *data, uint64_t data_nbytes,
                                      detail *why) {
    char *text = s->text;
    bool seen_metadata = false;
    for (int key = json_first(j, 0); key; key = json_next_key(j, 0, key)) {
        pneumoscope_status status;
        if (json_is(j, key, "__metadata__")) {
            if (seen_metadata)
                return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's header has __metadata__ twice.");
            seen_metadata = true;
            status = read_metadata(s, j, key + 1, &text, why);
        } else {
            tensor *t = &s->tensors[s->ntensors++];
            t->name = text;
            long length = json_string(j, key, text);
            if (length < 0)
                return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's header has a damaged tensor name.");
            text += length + 1;
            status = read_tensor(t, j, key + 1, data, data_nbytes, why);
        }
        if (status)
            return status;
    }
    return check_layout(s, data, data_nbytes, why);
}

static pneumoscope_status parse_header(json *j, const uint8_t *file, uint64_t header_nbytes, detail *why) {
    switch (json_parse(j, (const char *)file + 8, (size_t)header_nbytes)) {
    case JSON_NO_MEMORY: return status_no_memory(why, "the model file's header");
    case JSON_TOO_MANY_VALUES:
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's header holds more than %d JSON values.",
                           JSON_MAX_TOKENS);
    case JSON_MALFORMED: return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's header is not JSON.");
    case JSON_OK: break;
    }
    if (j->tokens[0].type == JSMN_OBJECT)
        return PNEUMOSCOPE_OK;
    json_free(j);
    return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "The model file's header is no JSON object.");
}

pneumoscope_status safetensors_open(safetensors *out, const uint8_t *file, size_t nbytes, detail *why) {
    *out = (safetensors){0};
    if (nbytes < 8)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file has %zu bytes; a safetensors file begins with 8 bytes of header length.",
                           nbytes);
    uint64_t header_nbytes = le64(file);
    if (header_nbytes > nbytes - 8 || header_nbytes > MAX_HEADER_NBYTES)
        return status_fail(why, PNEUMOSCOPE_BAD_MODEL,
                           "The model file states a header of %llu bytes in %zu: it is cut short or no safetensors "
                           "file.",
                           (unsigned long long)header_nbytes, nbytes);
    json j;
    pneumoscope_status status = parse_header(&j, file, header_nbytes, why);
    if (status)
        return status;
    size_t nvalues = (size_t)j.ntokens;
    out->tensors = calloc(nvalues, sizeof *out->tensors);
    out->metadata = calloc(nvalues, sizeof *out->metadata);
    out->text = malloc((size_t)header_nbytes); /* every string gives up two quotes and takes one NUL */
    if (!out->tensors || !out->metadata || !out->text)
        status = status_no_memory(why, "the model file's header");
    else
        status = read_header(out, &j, file + 8 + header_nbytes, nbytes - 8 - header_nbytes, why);
    json_free(&j);
    return status;
}

void safetensors_close(safetensors *s) {
    free(s->tensors);
    free(s->metadata);
    free(s->text);
    *s = (safetensors){0};
}

void safetensors_forget_tensors(safetensors *s) {
    free(s->tensors);
    s->tensors = NULL;
    s->ntensors = 0;
}

tensor *safetensors_find(const safetensors *s, const char *name) {
    tensor wanted = {.name = name};
    return s->ntensors ? bsearch(&wanted, s->tensors, s->ntensors, sizeof wanted, by_name) : NULL;
}

const char *safetensors_metadata(const safetensors *s, const char *key) {
    for (size_t i = 0; i < s->nmetadata; i++)
        if (strcmp(s->metadata[i].key, key) == 0)
            return s->metadata[i].value;
    return NULL;
}
