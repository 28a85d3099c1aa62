/* The safetensors container: 8 bytes of header length (little-endian), a JSON header, then the tensors' bytes.
 *
 * Format: https://github.com/huggingface/safetensors. This module checks everything before it is used: lengths, offsets
 * (no overlap, no hole, none outside the file), dtypes, shapes against sizes, duplicate names. It does not know which
 * network a file holds; model.h does. The file's bytes must outlive the container. */
#ifndef PNEUMOSCOPE_SAFETENSORS_H
#define PNEUMOSCOPE_SAFETENSORS_H

#include "status.h"

#include <stdbool.h>

enum { TENSOR_MAX_DIMENSIONS = 8 };

typedef struct tensor {
    const char *name; /* ends with NUL */
    char dtype[8];    /* "F32", "F16", ... ends with NUL */
    uint32_t ndimensions;
    uint64_t shape[TENSOR_MAX_DIMENSIONS];
    uint64_t nelements;
    const uint8_t *data; /* little-endian, any alignment */
    uint64_t nbytes;
    bool used; /* set by the reader of the tensor; at the end an unused tensor is an error */
} tensor;

typedef struct metadata_entry {
    const char *key, *value; /* end with NUL */
} metadata_entry;

typedef struct safetensors {
    tensor *tensors;
    size_t ntensors;
    metadata_entry *metadata;
    size_t nmetadata;
    char *text; /* names, keys and values */
} safetensors;

/* BAD_MODEL names the wrong field; or NO_MEMORY. */
pneumoscope_status safetensors_open(safetensors *out, const uint8_t *file, size_t nbytes, detail *why);

/* Frees everything. Also safe on a zeroed container and after safetensors_open failed. */
void safetensors_close(safetensors *);

/* NULL if there is none with this name. */
tensor *safetensors_find(const safetensors *, const char *name);
const char *safetensors_metadata(const safetensors *, const char *key);

/* Frees the table of tensors and keeps the metadata. The caller may free the file's bytes after this. */
void safetensors_forget_tensors(safetensors *);

#endif
