package io.weft.node.api.view;

import java.util.List;

/** Events that are still kept, ordered by index. */
public record EventsView(List<EventView> events) {}
