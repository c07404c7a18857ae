package io.weft.node.api.view;

/**
 * A graceful leave.
 *
 * @param purge whether the data directory is emptied as well
 */
public record LeaveRequest(boolean purge) {}
