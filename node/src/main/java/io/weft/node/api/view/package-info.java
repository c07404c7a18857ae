/** The objects of the API, with the JSON keys of the interface contract. */
@NullMarked
package io.weft.node.api.view;

import org.jspecify.annotations.NullMarked;
