/* A JSON text, walked through as the model file's header is; then every value asked for as everything. */
#include "model/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    json text;
    if (json_parse(&text, (const char *)data, nbytes))
        return 0;
    char *string = malloc(nbytes + 1);
    int end = json_skip(&text, 0);
    for (int i = 0; string && i < end; i++) {
        uint64_t whole;
        double number;
        json_uint64(&text, i, &whole);
        json_double(&text, i, &number);
        json_string(&text, i, string);
        for (int key = json_first(&text, i); key; key = json_next_key(&text, i, key))
            json_is(&text, key, "mean");
    }
    free(string);
    json_free(&text);
    return 0;
}
