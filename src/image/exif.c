#include "image/exif.h"

#include "bytes.h"

#include <string.h>

uint32_t exif_orientation(const uint8_t *tiff, size_t nbytes) {
    if (nbytes < 8 || (memcmp(tiff, "II*\0", 4) != 0 && memcmp(tiff, "MM\0*", 4) != 0))
        return 1;
    uint32_t (*get16)(const uint8_t *) = tiff[0] == 'I' ? le16 : be16;
    uint32_t (*get32)(const uint8_t *) = tiff[0] == 'I' ? le32 : be32;
    size_t directory = get32(tiff + 4);
    if (directory > nbytes - 2)
        return 1;
    uint32_t nentries = get16(tiff + directory);
    const uint8_t *entry = tiff + directory + 2;
    for (uint32_t i = 0; i < nentries && (size_t)(tiff + nbytes - entry) >= 12; i++, entry += 12) {
        uint32_t value = get16(entry + 8);
        if (get16(entry) == 0x0112 && get16(entry + 2) == 3 && get32(entry + 4) == 1 && value >= 1 && value <= 8)
            return value;
    }
    return 1;
}
