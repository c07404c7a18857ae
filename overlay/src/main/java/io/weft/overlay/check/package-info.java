/** The pure function from what a host knows of addresses to what does not fit together in it. */
@NullMarked
package io.weft.overlay.check;

import org.jspecify.annotations.NullMarked;
