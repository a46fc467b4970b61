namespace HyperTune.Storage.Relational;

/// <summary>Brings tables of an earlier revision of Optuna's schema to the present one, step by step, in the caller's transaction.</summary>
/// <remarks>
/// The steps: distributions of old names become those of today (v3.0.0.a); numbers get double precision (b); infinite and missing intermediate values (c) and infinite
/// values (d), which were stored as the largest numbers of single precision, get a column that names them; trials get an index by study (v3.2.0.a).
/// </remarks>
public abstract class SchemaUpgrade
{
    /// <summary>The earliest revision that can be upgraded.</summary>
    public const string FirstRevision = "v2.6.0.a";

    /// <summary>What stood for infinity, and how near a number must be to it: numbers came through columns of single precision.</summary>
    private const double LargestSingle = float.MaxValue, Nearness = 1e-5 * LargestSingle;

    /// <summary>Rows that are read and written at a time.</summary>
    private const int PageSize = 1000;

    private static readonly string[] Path = ["v2.6.0.a", "v3.0.0.a", "v3.0.0.b", "v3.0.0.c", "v3.0.0.d", Schema.Revision];

    private readonly SqlDialect _dialect;

    /// <summary>Makes the upgrade for a kind of database.</summary>
    /// <param name="dialect">The pieces of statements.</param>
    protected SchemaUpgrade(SqlDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        _dialect = dialect;
    }

    /// <summary>Whether tables of a revision can be upgraded.</summary>
    public static bool CanUpgrade(string revision) => Array.IndexOf(Path, revision) >= 0;

    /// <summary>Statements by which the columns of numbers get double precision, and that of intermediate values allows nulls.</summary>
    protected abstract IReadOnlyList<string> WidenNumbers { get; }

    /// <summary>Statements that add the column intermediate_value_type, FINITE in each row.</summary>
    protected abstract IReadOnlyList<string> AddIntermediateValueType { get; }

    /// <summary>Statements that add the column value_type, FINITE in each row, and allow nulls as values.</summary>
    protected abstract IReadOnlyList<string> AddValueType { get; }

    /// <summary>Runs all steps that follow a revision, and writes down the present one.</summary>
    /// <param name="session">A session in a transaction that may write and keeps others out.</param>
    /// <param name="revision">The present revision.</param>
    /// <exception cref="StorageException">A cell cannot be read; the caller's transaction is to be undone.</exception>
    public async ValueTask RunAsync(SqlSession session, string revision)
    {
        ArgumentNullException.ThrowIfNull(session);
        for (int step = Array.IndexOf(Path, revision) + 1; step < Path.Length; step++)
        {
            switch (Path[step])
            {
                case "v3.0.0.a":
                    await RenewDistributionsAsync(session).ConfigureAwait(false);
                    break;
                case "v3.0.0.b":
                    await RunAsync(session, WidenNumbers).ConfigureAwait(false);
                    break;
                case "v3.0.0.c":
                    await RunAsync(session, AddIntermediateValueType).ConfigureAwait(false);
                    await NameInfinitiesAsync(session, "trial_intermediate_values", "intermediate_value").ConfigureAwait(false);
                    await session.RunAsync(new SqlBatch().Add(
                        "UPDATE trial_intermediate_values SET intermediate_value_type = 'NAN', intermediate_value = NULL "
                        + "WHERE intermediate_value_type = 'FINITE' AND (intermediate_value IS NULL OR intermediate_value = $1)",
                        double.NaN)).ConfigureAwait(false);
                    break;
                case "v3.0.0.d":
                    await RunAsync(session, AddValueType).ConfigureAwait(false);
                    await NameInfinitiesAsync(session, "trial_values", "value").ConfigureAwait(false);
                    break;
                default:
                    // The name that Optuna's own upgrade gives it.
                    await session.RunAsync(new SqlBatch().Add("CREATE INDEX IF NOT EXISTS trials_study_id_key ON trials (study_id)")).ConfigureAwait(false);
                    break;
            }
        }
        await session.RunAsync(new SqlBatch().Add("UPDATE alembic_version SET version_num = $1", Schema.Revision)).ConfigureAwait(false);
    }

    private static async ValueTask RunAsync(SqlSession session, IReadOnlyList<string> statements)
    {
        var batch = new SqlBatch();
        foreach (string statement in statements) batch.Add(statement);
        await session.RunAsync(batch).ConfigureAwait(false);
    }

    private async ValueTask NameInfinitiesAsync(SqlSession session, string table, string column)
    {
        string type = "trial" + column.Replace("_", "", StringComparison.Ordinal) + "type";
        string sql = $"UPDATE {table} SET {column}_type = {_dialect.Enumerated("$1", type)}, {column} = NULL WHERE ({column} >= $2 AND {column} <= $3) OR {column} = $4";
        await session.RunAsync(new SqlBatch()
            .Add(sql, "INF_POS", LargestSingle - Nearness, LargestSingle + Nearness, double.PositiveInfinity)
            .Add(sql, "INF_NEG", -LargestSingle - Nearness, -LargestSingle + Nearness, double.NegativeInfinity)).ConfigureAwait(false);
    }

    private static async ValueTask RenewDistributionsAsync(SqlSession session)
    {
        // Few distributions are repeated by many rows.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        long last = long.MinValue;
        int read;
        do
        {
            read = 0;
            var updates = new SqlBatch();
            SqlRows rows = await session.QueryAsync(new SqlBatch().Add(
                "SELECT param_id, distribution_json FROM trial_params WHERE param_id > $1 AND distribution_json IS NOT NULL ORDER BY param_id LIMIT $2", last, (long)PageSize)).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                await rows.NextStatementAsync().ConfigureAwait(false);
                for (; await rows.ReadAsync().ConfigureAwait(false); read++)
                {
                    last = rows.GetInt64(0);
                    string old = rows.GetText(1) ?? throw new StorageException($"trial_params.distribution_json of param_id {last} is no text. Correct the cell. Nothing was changed.");
                    if (!known.TryGetValue(old, out string? renewed)) known.Add(old, renewed = Renew(old, last));
                    if (renewed != old) updates.Add("UPDATE trial_params SET distribution_json = $2 WHERE param_id = $1", last, renewed);
                }
            }
            await session.RunAsync(updates).ConfigureAwait(false);
            if (known.Count > PageSize) known.Clear();
        }
        while (read == PageSize);
    }

    private static string Renew(string json, long id)
    {
        try
        {
            Distribution distribution = Distribution.Parse(json);
            if (distribution.LegacyName is null) return json;
            return (distribution switch
            {
                FloatDistribution x => new FloatDistribution(x.Low, x.High, x.Log, x.Step),
                // Old logarithmic integers had a step that was never used.
                IntDistribution x => new IntDistribution(x.Low, x.High, x.Log, x.Log ? 1 : x.Step),
                _ => distribution,
            }).ToJson();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new StorageException($"trial_params.distribution_json of param_id {id} cannot be read: {exception.Message} Correct the cell. Nothing was changed.", exception);
        }
    }
}
