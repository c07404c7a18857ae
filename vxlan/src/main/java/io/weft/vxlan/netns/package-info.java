/** Network namespaces: opening, creating, entering for one call, and naming them. */
@NullMarked
package io.weft.vxlan.netns;

import org.jspecify.annotations.NullMarked;
