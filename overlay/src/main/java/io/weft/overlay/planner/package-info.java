/** The pure function from membership, registry and endpoints to the data plane's desired state. */
@NullMarked
package io.weft.overlay.planner;

import org.jspecify.annotations.NullMarked;
