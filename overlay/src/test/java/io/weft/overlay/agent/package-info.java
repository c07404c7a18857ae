@NullMarked
package io.weft.overlay.agent;

import org.jspecify.annotations.NullMarked;
