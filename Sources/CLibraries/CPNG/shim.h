#pragma once
#include <png.h>
#include <string.h>

// Writes a PNG of 8 bits per channel, RGBA, into memory by png.h's simplified interface, which reports errors in a
// structure: the full one does it by longjmp, which must not cross Swift's frames. `count` is the room and becomes the
// length; false where libpng fails or finds too little room, and the text says why.
static inline int cpng_write(unsigned width, unsigned height, const void *pixels, void *png, size_t *count,
                             char text[64]) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = width;
    image.height = height;
    image.format = PNG_FORMAT_RGBA;
    // Tries no filters and compresses at the lowest level: four times faster for a quarter more bytes.
    image.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t length = *count;
    int done = png_image_write_to_memory(&image, png, &length, 0, pixels, 0, NULL);
    memcpy(text, image.message, 64);
    text[63] = 0;
    png_image_free(&image);
    *count = length;
    return done;
}
// The room that suffices for such a PNG; a macro that reads the structure.
static inline size_t cpng_room(unsigned width, unsigned height) {
    png_image image;
    memset(&image, 0, sizeof image);
    image.width = width;
    image.height = height;
    image.format = PNG_FORMAT_RGBA;
    return PNG_IMAGE_PNG_SIZE_MAX(image);
}
