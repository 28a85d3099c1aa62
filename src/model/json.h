/* Reads the JSON of a model file, on jsmn's tokens. It does not recurse, so deep nesting is harmless. */
#ifndef PNEUMOSCOPE_JSON_H
#define PNEUMOSCOPE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSMN_HEADER
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

enum { JSON_MAX_TOKENS = 16384 };

typedef struct json {
    const char *text;
    jsmntok_t *tokens; /* pre-order: a value's children follow it */
    int ntokens;
} json;

typedef enum json_status { JSON_OK, JSON_MALFORMED, JSON_TOO_MANY_VALUES, JSON_NO_MEMORY } json_status;

/* Parses one JSON value. Only white space may follow it. After JSON_OK the caller calls json_free. */
json_status json_parse(json *out, const char *text, size_t nbytes);
void json_free(json *);

/* The same for a short text, into the caller's tokens. It allocates nothing, so there is no json_free. */
json_status json_parse_into(json *out, const char *text, size_t nbytes, jsmntok_t *tokens, int max_tokens);

/* The first token after the value at `index`; ntokens at the end. */
int json_skip(const json *, int index);

/* Iterates an object's keys: for (k = json_first(j, object); k; k = json_next_key(j, object, k)), value at k + 1. */
int json_first(const json *, int container);
int json_next_key(const json *, int object, int key);

bool json_is(const json *, int index, const char *string);

/* A whole number, 0 .. 2^64 - 1. False for anything else. */
bool json_uint64(const json *, int index, uint64_t *out);

/* A finite number. */
bool json_double(const json *, int index, double *out);

/* Resolves the escapes of a string into `out` (never longer than the escaped text) and ends it with NUL.
 * Returns the length, or -1 for another kind of value, a bad escape or an embedded NUL. */
long json_string(const json *, int index, char *out);

/* A metadata string that is one finite decimal number and nothing else. */
bool json_number_text(const char *text, double *out);

#endif
