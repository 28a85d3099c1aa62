#include "image/decode.h"

#include "image/formats.h"

pneumoscope_status image_file_open(image_file *out, const uint8_t *bytes, size_t nbytes, uint64_t max_pixels,
                                   detail *why) {
    *out = (image_file){.header.max_pixels = max_pixels, .bytes = bytes, .nbytes = nbytes};
    pneumoscope_status status = format_probe(&out->kind, &out->header, bytes, nbytes, why);
    if (status) {
        out->kind = NULL; /* the probe left nothing behind */
        return status;
    }
    status = image_check_size(out->header.width, out->header.height, max_pixels, why);
    if (status)
        image_file_close(out);
    return status;
}

pneumoscope_status image_file_decode(image *out, const image_file *file, detail *why) {
    *out = (image){0};
    pneumoscope_status status = file->kind->decode(out, file->bytes, file->nbytes, &file->header, why);
    if (status)
        return status;
    out->samples = out->owned;
    out->bits = file->header.bits;
    out->orientation = file->header.orientation;
    out->warnings |= file->header.warnings;
    out->scope_reasons |= file->header.scope_reasons;
    image_complete(out, file->kind->kind);
    return PNEUMOSCOPE_OK;
}

void image_file_close(image_file *file) {
    if (file->kind)
        format_close(file->kind, &file->header);
    file->kind = NULL;
}

pneumoscope_status image_decode(image *out, const uint8_t *bytes, size_t nbytes, uint64_t max_pixels, detail *why) {
    image_file file;
    *out = (image){0};
    pneumoscope_status status = image_file_open(&file, bytes, nbytes, max_pixels, why);
    if (!status)
        status = image_file_decode(out, &file, why);
    image_file_close(&file);
    return status;
}
