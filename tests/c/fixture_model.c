#include "fixture_model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_ROOM = 1 << 17 };

typedef struct builder {
    char *header;
    size_t header_nbytes;
    uint8_t *data;
    size_t data_nbytes, data_room;
    bool half;
    uint32_t noise;
    float scale, size; /* int8: of the last tensor of activations, and the root mean square of its integers */
} builder;

uint32_t fixture_bits(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes' linear congruential generator */
    return *state >> 8;
}

float fixture_noise(uint32_t *state) { return (float)fixture_bits(state) / 8388608.0f - 1.0f; }

/* Rounds towards zero, which is enough for weights that only have to be the same for everybody. */
static uint16_t to_half(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 23 & 0xff) - 112;
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    if (exponent <= 0)
        return sign;
    return (uint16_t)(sign | (uint32_t)exponent << 10 | (bits >> 13 & 0x3ff));
}

/* The tests' machines are little-endian, as the format is. */
static void add_value(builder *b, const char *dtype, float value) {
    uint16_t half = to_half(value);
    int32_t integer = (int32_t)value;
    const void *stored = dtype[0] == 'I' ? (const void *)&integer : dtype[1] == '1' ? (const void *)&half : &value;
    size_t nbytes = dtype[1] == '8' ? 1 : dtype[1] == '1' ? 2 : 4;
    memcpy(b->data + b->data_nbytes, stored, nbytes);
    b->data_nbytes += nbytes;
}

/* A tensor of n[0] x n[1] x ... with values centre + spread * noise. */
static void add_typed_tensor(builder *b, const char *dtype, const char *name, const uint32_t *n, size_t ndimensions,
                             float centre, float spread) {
    size_t begin = b->data_nbytes, nelements = 1;
    char shape[64] = "";
    for (size_t i = 0; i < ndimensions; i++) {
        nelements *= n[i];
        snprintf(shape + strlen(shape), sizeof shape - strlen(shape), i ? ", %u" : "%u", n[i]);
    }
    if (begin + nelements * 4 > b->data_room) {
        b->data_room = 2 * b->data_room + nelements * 4;
        b->data = realloc(b->data, b->data_room);
    }
    for (size_t i = 0; i < nelements; i++)
        add_value(b, dtype, centre + spread * fixture_noise(&b->noise));
    b->header_nbytes += (size_t)snprintf(b->header + b->header_nbytes, HEADER_ROOM - b->header_nbytes,
                                         ", \"%s\": {\"dtype\": \"%s\", \"shape\": [%s], \"data_offsets\": [%zu, %zu]}",
                                         name, dtype, shape, begin, b->data_nbytes);
}

static void add_tensor(builder *b, const char *name, const uint32_t *n, size_t ndimensions, float centre,
                       float spread) {
    add_typed_tensor(b, b->half ? "F16" : "F32", name, n, ndimensions, centre, spread);
}

/* Scales that let sums spread over the eight bits of the output and a little beyond. Convolutions of one input channel
 * are the stem and the depthwise ones; projections, which narrow, have no ReLU6. */
static void add_convolution8(builder *b, const char *name, uint32_t nout, uint32_t nin, uint32_t kernel) {
    char field[96];
    const uint32_t shape[4] = {nout, nin, kernel, kernel}, one = 1;
    bool bottleneck = kernel == 1 && nout < nin;
    float output_scale = bottleneck ? 0.11f : 0.045f, spread = 73.0f * sqrtf((float)(nin * kernel * kernel)) * b->size;
    float weight_scale = 40.0f / spread * output_scale / b->scale;
    snprintf(field, sizeof field, "%s.weight", name);
    add_typed_tensor(b, "I8", field, shape, 4, 0.0f, 127.99f);
    snprintf(field, sizeof field, "%s.weight_scale", name);
    add_typed_tensor(b, "F32", field, shape, 1, weight_scale, 0.3f * weight_scale);
    snprintf(field, sizeof field, "%s.bias", name);
    add_typed_tensor(b, "I32", field, shape, 1, 0.3f * spread, spread);
    snprintf(field, sizeof field, "%s.output_scale", name);
    add_typed_tensor(b, "F32", field, &one, 1, output_scale, 0.0f);
    b->scale = output_scale;
    b->size = bottleneck ? 32.0f : 45.0f;
}

/* Convolution `prefix``index` and, with batch norm, `prefix``index + 1`. Weights keep activations of order one. */
static void add_convolution(builder *b, const model_spec *spec, const char *prefix, uint32_t index, uint32_t nout,
                            uint32_t nin, uint32_t kernel) {
    static const struct {
        const char *field;
        float centre, spread;
    } fields[] = {
        {"weight", 1.0f, 0.2f}, {"bias", 0.1f, 0.3f}, {"running_mean", 0.0f, 0.3f}, {"running_var", 1.0f, 0.5f}};
    char name[96];
    const uint32_t shape[4] = {nout, nin, kernel, kernel};
    if (spec->int8) {
        snprintf(name, sizeof name, "%s%u", prefix, index);
        add_convolution8(b, name, nout, nin, kernel);
        return;
    }
    snprintf(name, sizeof name, "%s%u.weight", prefix, index);
    add_tensor(b, name, shape, 4, 0.0f, 2.2f / sqrtf((float)(nin * kernel * kernel)));
    if (!spec->batch_norm) {
        snprintf(name, sizeof name, "%s%u.bias", prefix, index);
        add_tensor(b, name, shape, 1, 0.1f, 0.3f);
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s%u.%s", prefix, index + 1, fields[i].field);
        add_tensor(b, name, shape, 1, fields[i].centre, fields[i].spread);
    }
}

static uint32_t channels(uint32_t n, double multiplier) {
    double wanted = n * multiplier;
    uint32_t rounded = (uint32_t)(wanted / 8 + 0.5) * 8;
    rounded = rounded < 8 ? 8 : rounded;
    return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

/* Written out block by block, so that it does not share src/network/network.c's table. */
static void add_features(builder *b, const model_spec *spec, double width) {
    static const uint32_t outs[17] = {16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320};
    char prefix[48];
    uint32_t nin = channels(32, width), last = channels(1280, width > 1 ? width : 1);
    add_convolution(b, spec, "features.0.", 0, nin, spec->int8 ? 1 : 3, 3);
    for (uint32_t i = 1; i <= 17; i++) {
        uint32_t nout = channels(outs[i - 1], width), hidden = i == 1 ? nin : 6 * nin, part = 0;
        if (i > 1) {
            snprintf(prefix, sizeof prefix, "features.%u.conv.0.", i);
            add_convolution(b, spec, prefix, 0, hidden, nin, 1);
            part = 1;
        }
        snprintf(prefix, sizeof prefix, "features.%u.conv.%u.", i, part);
        add_convolution(b, spec, prefix, 0, hidden, 1, 3);
        snprintf(prefix, sizeof prefix, "features.%u.conv.", i);
        add_convolution(b, spec, prefix, part + 1, nout, hidden, 1);
        nin = nout;
    }
    add_convolution(b, spec, "features.18.", 0, last, nin, 1);
    const uint32_t shape[2] = {spec->nclasses ? spec->nclasses : 2, last};
    add_tensor(b, "classifier.1.weight", shape, 2, 0.0f, 0.1f);
    add_tensor(b, "classifier.1.bias", shape, 1, 0.0f, 0.5f);
    if (spec->scope_directions > 0) {
        const uint32_t basis[2] = {spec->scope_directions, last};
        add_tensor(b, "scope.mean", basis + 1, 1, 0.5f, 0.5f);
        add_tensor(b, "scope.basis", basis, 2, 0.0f, 0.05f);
        add_tensor(b, "scope.weight", basis, 1, -1.0f, 1.0f);
    }
}

bytes fixture_file(const char *header, size_t header_nbytes, size_t data_nbytes) {
    bytes out = {calloc(1, 8 + header_nbytes + data_nbytes), 8 + header_nbytes + data_nbytes};
    for (size_t i = 0; i < 8; i++)
        out.data[i] = (uint8_t)((uint64_t)header_nbytes >> 8 * i);
    memcpy(out.data + 8, header, header_nbytes);
    return out;
}

bytes fixture_model(const model_spec *spec) {
    builder b = {
        .header = malloc(HEADER_ROOM), .half = spec->half, .noise = 20181, .scale = 1.0f / 255.0f, .size = 150.0f};
    double width = spec->width_multiplier > 0 ? spec->width_multiplier : 0.35;
    b.header_nbytes = (size_t)snprintf(
        b.header, HEADER_ROOM,
        "{\"__metadata__\": {\"architecture\": \"mobilenet_v2\", \"width_multiplier\": \"%g\", \"input_size\": \"%u\", "
        "\"padding\": \"%s\", \"mean\": \"[0.5]\", \"std\": \"[0.5]\", \"classes\": \"%s\", \"threshold\": \"%s\", "
        "\"name\": \"test\", \"version\": \"1\"%s%s}",
        width, spec->input_side ? spec->input_side : 96, spec->padding ? spec->padding : "torch",
        spec->classes ? spec->classes : "[\\\"normal\\\", \\\"pneumonia\\\"]",
        spec->threshold ? spec->threshold : "0.5", spec->int8 ? ", \"precision\": \"int8\"" : "",
        spec->metadata ? spec->metadata : "");
    add_features(&b, spec, width);
    assert(b.header_nbytes + 1 < HEADER_ROOM);
    b.header[b.header_nbytes++] = '}';
    bytes out = fixture_file(b.header, b.header_nbytes, b.data_nbytes);
    memcpy(out.data + 8 + b.header_nbytes, b.data, b.data_nbytes);
    free(b.header);
    free(b.data);
    return out;
}

static uint8_t *find_bytes(const bytes *in, size_t nbytes, const char *what) {
    size_t length = strlen(what);
    for (size_t i = 8; i + length <= 8 + nbytes; i++)
        if (memcmp(in->data + i, what, length) == 0)
            return in->data + i;
    return NULL;
}

bytes fixture_replaced(bytes model, const char *find, const char *replacement) {
    size_t header_nbytes = 0;
    for (size_t i = 0; i < 4; i++)
        header_nbytes |= (size_t)model.data[i] << 8 * i;
    uint8_t *at = find_bytes(&model, header_nbytes, find);
    assert(at); /* a replacement that replaces nothing would test nothing */
    size_t before = (size_t)(at - model.data) - 8, after = header_nbytes - before - strlen(find);
    size_t new_header = before + strlen(replacement) + after, data_nbytes = model.nbytes - 8 - header_nbytes;
    char *header = malloc(new_header);
    memcpy(header, model.data + 8, before);
    memcpy(header + before, replacement, strlen(replacement));
    memcpy(header + before + strlen(replacement), at + strlen(find), after);
    bytes out = fixture_file(header, new_header, data_nbytes);
    memcpy(out.data + 8 + new_header, model.data + 8 + header_nbytes, data_nbytes);
    free(header);
    return out;
}
