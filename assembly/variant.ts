/** 1 if a multiplication and the following addition may be rounded together, as the relaxed instructions allow. */
export function relaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}
