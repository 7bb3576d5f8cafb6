#pragma once
#include <fitsio.h>

// fitsio.h's readable names are macros for functions of at most eight letters, and Swift sees no such macro: each
// function here is one of them.

// Opens bytes in memory for reading. The two variables must stay where they are until the file is closed. The name is
// a constant, because cfitsio would take what it finds in a name for URLs, filters and files to write.
static inline int cfits_open(fitsfile **file, void **bytes, size_t *count, int *status) {
    return fits_open_memfile(file, "bytes", READONLY, bytes, count, 0, NULL, status);
}
// Closes a file whatever happened before: `status` of the reading is not handed on.
static inline void cfits_close(fitsfile *file) {
    int status = 0;
    fits_close_file(file, &status);
}
// Moves to a unit, counted from 1.
static inline int cfits_move(fitsfile *file, int unit, int *type, int *status) {
    return fits_movabs_hdu(file, unit, type, status);
}
static inline int cfits_read_image(fitsfile *file, long long count, double null, double *values, int *status) {
    int any = 0;
    return fits_read_img_dbl(file, 1, 1, count, null, values, &any, status);
}
static inline int cfits_read_doubles(fitsfile *file, int column, long long row, long long count, double null,
                                     double *values, int *status) {
    int any = 0;
    return fits_read_col_dbl(file, column, row, 1, count, null, values, &any, status);
}
static inline int cfits_read_integers(fitsfile *file, int column, long long row, long long count, long long *values,
                                      char *nulls, int *any, int *status) {
    return fits_read_colnull_lnglng(file, column, row, 1, count, values, nulls, any, status);
}
// At least 31 bytes long, fitsio.h's FLEN_STATUS.
static inline void cfits_status_text(int status, char *text) { fits_get_errstatus(status, text); }
// Forgets the process's stack of messages, which nobody here reads.
static inline void cfits_forget_messages(void) { fits_clear_errmsg(); }
static inline int cfits_is_reentrant(void) { return fits_is_reentrant(); }
