-- Persons told as diabetic in the manner of the Cnam's pathology map: rewritten from the public description
-- of the method, which README.md explains term by term.
-- This text follows the views that top_diabete.py writes before it, from the columns that are there:
--   years(n)                                     the last year of the window of two
--   stays(person, stay, day, principal, related) one stay; day: of discharge
--   units(stay, principal, related)              a passage in a unit of the stay
--   associated(stay, diagnosis)                  an associated diagnosis of the stay
--   illnesses(person, first, last, diagnosis)    a long-term illness (ALD); last: NULL when it has no end
--   deliveries(person, day, atc, large)          a drug delivered; large: as a large pack
recent AS (
    SELECT stays.* FROM stays, years WHERE year(stays.day) BETWEEN n - 1 AND n
),
hospitalised AS (
    SELECT DISTINCT person FROM recent
    WHERE regexp_matches(principal, '^E1[0-4]') OR regexp_matches(related, '^E1[0-4]')
),
with_diabetes AS (
    SELECT stay FROM associated WHERE regexp_matches(diagnosis, '^E1[0-4]')
    UNION
    SELECT stay FROM units
    WHERE regexp_matches(principal, '^E1[0-4]') OR regexp_matches(related, '^E1[0-4]')
),
complicated AS (
    SELECT DISTINCT person FROM recent
    WHERE stay IN (SELECT stay FROM with_diabetes)
      AND (regexp_matches(principal, '^(G590|G632|G730|G990|H280|H360|I792|L97|M142|M146|N083)')
        OR regexp_matches(related, '^(G590|G632|G730|G990|H280|H360|I792|L97|M142|M146|N083)'))
),
recognised AS (
    SELECT DISTINCT person FROM illnesses, years
    WHERE regexp_matches(diagnosis, '^E1[0-4]')
      AND year(first) <= n AND coalesce(year(last) >= n, true)
),
antidiabetics AS (
    SELECT person, year(day) AS year, count(DISTINCT day) AS days, bool_or(large) AS large
    FROM deliveries, years
    WHERE atc LIKE 'A10%' AND atc NOT LIKE 'A10BX06%' AND year(day) BETWEEN n - 1 AND n
    GROUP BY ALL
),
treated AS (
    SELECT DISTINCT person FROM antidiabetics WHERE days >= CASE WHEN large THEN 2 ELSE 3 END
),
found AS (
    SELECT person, 'stay' AS rule FROM hospitalised
    UNION ALL SELECT person, 'complication' FROM complicated
    UNION ALL SELECT person, 'ald' FROM recognised
    UNION ALL SELECT person, 'drugs' FROM treated
)
