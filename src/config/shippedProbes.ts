/** Facts in the general-knowledge set that `probes.sets: auto` stands for (data/general-knowledge); a test counts them. */
export const SHIPPED_FACTS = 1_200;
