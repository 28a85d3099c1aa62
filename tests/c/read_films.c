/* read_films OUT FILE...: what the library makes of files, for tests that know what is right.
 *
 * One JSON line a file: how it was refused, or what it says of itself. OUT/n.values gets the stored values of the n-th
 * file's first frame where it is a DICOM, i32[height][width]; OUT/n.grey its picture, u16[height][width]. */
#include "image/decode.h"
#include "image/dicom/dicom.h"
#include "pneumoscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *read_file(const char *path, size_t *nbytes) {
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        exit(2);
    *nbytes = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(*nbytes ? *nbytes : 1); /* of its exact size: a sanitizer sees what reads beyond it */
    if (!bytes || fread(bytes, 1, *nbytes, f) != *nbytes)
        exit(2);
    fclose(f);
    return bytes;
}

static void write_file(const char *folder, int n, const char *end, const void *data, size_t nbytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%d.%s", folder, n, end);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, nbytes, f) != nbytes || fclose(f) != 0)
        exit(2);
}

static void write_values(const char *folder, int n, const uint8_t *file, size_t nbytes) {
    dicom d;
    detail why;
    if (dicom_parse(&d, file, nbytes, 100000000, &why) != PNEUMOSCOPE_OK)
        return;
    size_t npixels = (size_t)d.rows * d.columns;
    uint16_t *cells = malloc(2 * npixels + 1);
    int32_t *values = malloc(4 * npixels + 1);
    if (dicom_check(&d, &why) == PNEUMOSCOPE_OK && dicom_cells(&d, cells, &why) == PNEUMOSCOPE_OK) {
        for (size_t i = 0; i < npixels; i++)
            values[i] = dicom_stored_value(&d, cells[i]);
        write_file(folder, n, "values", values, 4 * npixels);
    }
    free(values);
    free(cells);
    dicom_free(&d);
}

static void print_word(const char *key, const char *word) {
    if (word)
        printf(", \"%s\": \"%s\"", key, word);
}

static void print_film(const image *film) {
    const pneumoscope_film_facts *f = &film->facts;
    printf(", \"width\": %u, \"height\": %u, \"bits\": %u, \"orientation\": %u, \"warnings\": %u, \"scope\": %u",
           f->width, f->height, f->bits, f->orientation, film->warnings, film->scope_reasons);
    print_word("kind", f->kind);
    print_word("transferSyntax", f->transfer_syntax);
    print_word("modality", f->modality);
    print_word("bodyPart", f->body_part);
    print_word("view", f->view);
    printf(", \"lossy\": %u, \"inverted\": %u, \"nwindows\": %u", f->lossy, f->inverted, f->nwindows);
}

int main(int argc, char **argv) {
    for (int n = 2; n < argc; n++) {
        image film;
        detail why = {.text = ""};
        size_t nbytes;
        uint8_t *file = read_file(argv[n], &nbytes);
        pneumoscope_status status = image_decode(&film, file, nbytes, 100000000, &why);
        printf("{\"status\": \"%s\", \"reason\": \"%s\", \"detail\": \"", pneumoscope_status_string(status),
               status_reason_word(why.reason));
        for (const char *c = why.text; *c; c++)
            printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        printf("\"");
        if (!status) {
            print_film(&film);
            write_values(argv[1], n - 2, file, nbytes);
            write_file(argv[1], n - 2, "grey", film.samples,
                       film.depth / 8 * film.nchannels * (size_t)film.width * film.height);
            image_free(&film);
        }
        printf("}\n");
        fflush(stdout);
        free(file);
    }
    return 0;
}
