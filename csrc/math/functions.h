/* functions.h - the functions there are, a line each.  C's own names, tanh or expm1, would clash with what is made of
 * them. */
#ifndef FASTSIGMOID_FUNCTIONS_H
#define FASTSIGMOID_FUNCTIONS_H

/* F(NAME, name) for each of them, in one order. */
#define FS_FUNCTIONS(F) \
    F(SIGMOID, sigmoid) \
    F(LOGIT, logit) \
    F(LOG_SIGMOID, log_sigmoid) \
    F(SOFTPLUS, softplus)

#endif
