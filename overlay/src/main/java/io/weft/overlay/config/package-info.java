/**
 * The configuration's schema: parsing with positions, overrides with origins, and documentation.
 */
@NullMarked
package io.weft.overlay.config;

import org.jspecify.annotations.NullMarked;
