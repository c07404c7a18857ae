package io.weft.vxlan.reconcile;

/**
 * A device with a name of Weft's that is not Weft's.
 *
 * @param text one line for people, with the way out
 */
public record Conflict(String device, String text) {}
