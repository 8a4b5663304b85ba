#ifndef TABLE_H
#define TABLE_H

#include <stdint.h>

/* The function table of an API (sai_api_t), NULL if there is no such API. */
void *api_table(int32_t api);

#endif
