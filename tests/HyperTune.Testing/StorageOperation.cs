namespace HyperTune.Testing;

/// <summary>The members of a storage.</summary>
public enum StorageOperation
{
    /// <summary>A study is created.</summary>
    CreateStudy,

    /// <summary>A study is looked for.</summary>
    FindStudy,

    /// <summary>Studies are listed.</summary>
    ListStudies,

    /// <summary>A study is deleted.</summary>
    DeleteStudy,

    /// <summary>Attributes of a study are written.</summary>
    SetAttributes,

    /// <summary>Trials are started.</summary>
    Start,

    /// <summary>Trials are added.</summary>
    Add,

    /// <summary>Changes of trials are written.</summary>
    Write,

    /// <summary>Leases are renewed.</summary>
    Renew,

    /// <summary>Lapsed trials are taken back.</summary>
    TakeBack,

    /// <summary>A delta is read.</summary>
    Read,
}
