/** 1 where a multiplication and the addition that follows it may be rounded once, as the relaxed instructions allow. */
export function relaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}
