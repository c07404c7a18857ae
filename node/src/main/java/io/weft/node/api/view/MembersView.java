package io.weft.node.api.view;

import java.util.List;

/** All members, ordered by identity. */
public record MembersView(List<MemberView> members) {}
