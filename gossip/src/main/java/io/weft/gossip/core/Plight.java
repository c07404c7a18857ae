package io.weft.gossip.core;

/** What is wrong with a member that is not simply alive. */
sealed interface Plight permits Suspicion, Gone {}
