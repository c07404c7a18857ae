/** How the CA's private key is held by the voters, and by nobody else. */
@NullMarked
package io.weft.security.custody;

import org.jspecify.annotations.NullMarked;
