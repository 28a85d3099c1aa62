/* Model files made in memory: MobileNetV2 with weights from a fixed formula, and anything that can be wrong with one.
 */
#ifndef FIXTURE_MODEL_H
#define FIXTURE_MODEL_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct model_spec {
    double width_multiplier;   /* 0 means 0.35 */
    uint32_t input_side;       /* 0 means 96 */
    uint32_t nclasses;         /* 0 means 2 */
    uint32_t scope_directions; /* rows of scope.basis; 0 means no scope statistics */
    bool half;                 /* F16 instead of F32 */
    bool int8;                 /* convolutions in eight bits; excludes batch_norm */
    bool batch_norm;           /* the tensors of torchvision's state_dict instead of folded biases */
    const char *padding;       /* NULL means "torch" */
    const char *classes;       /* NULL means ["normal", "pneumonia"] */
    const char *threshold;     /* NULL means 0.5 */
    const char *metadata;      /* more of it, as it stands in the JSON: ", \"key\": \"value\"" */
} model_spec;

typedef struct bytes {
    uint8_t *data; /* the caller frees it */
    size_t nbytes;
} bytes;

bytes fixture_model(const model_spec *spec);

/* One thing that is wrong with a header, and what the refusal must say; status PNEUMOSCOPE_OK where it is not wrong. */
typedef struct header_change {
    const char *find, *replacement;
    pneumoscope_status status;
    const char *part; /* of the sentence */
} header_change;

/* A copy whose JSON header has its first `find` replaced; the header's length is made right again. */
bytes fixture_replaced(bytes model, const char *find, const char *replacement);

/* A file of this header, its length before it, and `data_nbytes` zeros behind. */
bytes fixture_file(const char *header, size_t header_nbytes, size_t data_nbytes);

/* Numbers in 0..2^24 - 1 and in -1..1 that look random and are the same everywhere. */
uint32_t fixture_bits(uint32_t *state);
float fixture_noise(uint32_t *state);

#endif
