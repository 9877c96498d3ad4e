/* bundle.h - BUNDLE_OF registers, 2 or 4, taken for one: each operation is done to all of them before the
 * next one begins.  A sigmoid is a chain of thirty operations; one chain after the other would keep the
 * processor waiting for results, as it does not look ahead far enough to find work in the next ones. */

#if BUNDLE_OF == 4
#  define BUNDLE(type) \
      struct { \
          type a, b, c, d; \
      }
#  define EACH_0(type, x) ((type){x, x, x, x})
#  define EACH_1(type, f, x) ((type){f((x).a), f((x).b), f((x).c), f((x).d)})
#  define EACH_2(type, f, x, y) \
      ((type){f((x).a, (y).a), f((x).b, (y).b), f((x).c, (y).c), f((x).d, (y).d)})
#  define EACH_3(type, f, x, y, z) \
      ((type){f((x).a, (y).a, (z).a), f((x).b, (y).b, (z).b), f((x).c, (y).c, (z).c), \
              f((x).d, (y).d, (z).d)})
/* With a last operand n that is no register. */
#  define EACH_1N(type, f, x, n) ((type){f((x).a, n), f((x).b, n), f((x).c, n), f((x).d, n)})
#  define EACH_2N(type, f, x, y, n) \
      ((type){f((x).a, (y).a, n), f((x).b, (y).b, n), f((x).c, (y).c, n), f((x).d, (y).d, n)})
#else
#  define BUNDLE(type) \
      struct { \
          type a, b; \
      }
#  define EACH_0(type, x) ((type){x, x})
#  define EACH_1(type, f, x) ((type){f((x).a), f((x).b)})
#  define EACH_2(type, f, x, y) ((type){f((x).a, (y).a), f((x).b, (y).b)})
#  define EACH_3(type, f, x, y, z) ((type){f((x).a, (y).a, (z).a), f((x).b, (y).b, (z).b)})
#  define EACH_1N(type, f, x, n) ((type){f((x).a, n), f((x).b, n)})
#  define EACH_2N(type, f, x, y, n) ((type){f((x).a, (y).a, n), f((x).b, (y).b, n)})
#endif
